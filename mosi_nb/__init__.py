"""Train and compare models of multimodal sentiment from one declarative notebook cell."""
