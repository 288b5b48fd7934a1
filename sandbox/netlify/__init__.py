"""A working Netlify: its API, and the sites that it serves, on one real socket."""
