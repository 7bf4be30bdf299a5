"""Programs that measures start as processes: load generators, and the references for comparison."""
