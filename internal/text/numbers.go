package text

import (
	"fmt"
	"strconv"
	"strings"
)

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

// Size returns a number of bytes in the largest unit that it fills: "64 MiB", "1.5 KiB", "999 bytes".
func Size(n int64) string {
	if n == 1 {
		return "1 byte"
	}
	if n < 1<<10 {
		return fmt.Sprintf("%d bytes", n)
	}
	size, unit := float64(n)/(1<<10), 0
	for ; size >= 1023.95 && unit < len("KMGTPE")-1; unit++ {
		size /= 1 << 10
	}
	return fmt.Sprintf("%s %ciB", strings.TrimSuffix(strconv.FormatFloat(size, 'f', 1, 64), ".0"), "KMGTPE"[unit])
}

// Thousands writes n with a comma between groups of three digits: "12,345".
func Thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return Thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}
