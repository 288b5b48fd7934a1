"""Everything at once on loopback: twins, real monitoring and a normal Candlefish."""
