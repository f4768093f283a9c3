"""What each command of `journeysim` does; imported only when the command is used."""
