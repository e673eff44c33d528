"""What is decided about second factors without asking anybody."""
