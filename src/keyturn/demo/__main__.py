"""`python -m keyturn.demo`: what the command line calls."""

import argparse

from keyturn.demo.launch import main

parser = argparse.ArgumentParser(prog="keyturn demo", description="Serve a world to play in.")
parser.add_argument("--port", type=int, default=8000, help="the port of the pages (8000)")
parser.add_argument("--data", default="demo-data", help="the demo's own folder (demo-data)")
arguments = parser.parse_args()
main(arguments.port, arguments.data)
