"""Channels: how messages of citizens reach the assistant, and its answers them. One shared contract for all."""
