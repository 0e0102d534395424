"""The worksheet as a grid: windows of rows, filters, column figures, what changed since."""
