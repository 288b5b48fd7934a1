"""AWS as moto plays it, on one real socket, with what moto gets wrong put right."""
