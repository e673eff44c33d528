"""What people may do in the programs that rely on Keyturn: data of the tenant, which Keyturn keeps and carries."""
