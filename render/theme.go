package render

// Theme is the colours of a view.
type Theme struct {
	Name string
}
