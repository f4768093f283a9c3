"""What `journeysim bench` measures: speed, memory and start-up of one standard market, and its distance from the floor."""
