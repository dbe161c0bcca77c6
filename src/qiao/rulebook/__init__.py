"""Policy as data: typed, dated, versioned articles. Knows no kind of article by name."""
