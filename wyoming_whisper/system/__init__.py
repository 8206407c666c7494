"""What the operating system is asked for: threads, sockets, the CPU."""
