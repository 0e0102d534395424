"""Floor 8: rows × columns, surely and once. Knows neither models nor documents nor agents."""
