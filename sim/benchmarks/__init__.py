"""What `journeysim bench` measures: speed, memory and start-up of one standard market, and how far from the floor."""
