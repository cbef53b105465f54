package text

import "strconv"

// Count returns a number with its noun: "1 program", "no programs", "3 programs".
func Count(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
