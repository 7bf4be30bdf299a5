"""What stands for an ECS container agent on a laptop."""
