"""What any vendor's twin over HTTP needs: a socket that can be cut, planned faults, a journal."""
