package config

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/yaml"
)

// limitField is an entry of the table of limits.
type limitField struct {
	name    string
	example string
	parse   func(v yaml.Value) (int64, error)
	show    func(n int64) string
	get     func(sandbox.Limits) int64
	set     func(*sandbox.Limits, int64)
}

// limitFields is the table of limits. Each is for a program with all its processes, unless the
// sandbox's documentation says otherwise.
func limitFields() []*limitField {
	return []*limitField{
		{"timeout", "timeout: 30s", duration, showDuration,
			func(l sandbox.Limits) int64 { return int64(l.Wall) }, func(l *sandbox.Limits, n int64) { l.Wall = time.Duration(n) }},
		{"cpu", "cpu: 5s", duration, showDuration,
			func(l sandbox.Limits) int64 { return int64(l.CPU) }, func(l *sandbox.Limits, n int64) { l.CPU = time.Duration(n) }},
		{"memory", "memory: 512M", size, showSize,
			func(l sandbox.Limits) int64 { return l.Memory }, func(l *sandbox.Limits, n int64) { l.Memory = n }},
		{"output", "output: 64K", size, showSize,
			func(l sandbox.Limits) int64 { return l.Output }, func(l *sandbox.Limits, n int64) { l.Output = n }},
		{"tmp", "tmp: 16M", size, showSize,
			func(l sandbox.Limits) int64 { return l.Tmp }, func(l *sandbox.Limits, n int64) { l.Tmp = n }},
		{"file_size", "file_size: 1M", size, showSize,
			func(l sandbox.Limits) int64 { return l.FileSize }, func(l *sandbox.Limits, n int64) { l.FileSize = n }},
		{"processes", "processes: 32", count, showCount,
			func(l sandbox.Limits) int64 { return int64(l.Processes) }, func(l *sandbox.Limits, n int64) { l.Processes = int(n) }},
		{"files", "files: 64", count, showCount,
			func(l sandbox.Limits) int64 { return int64(l.Files) }, func(l *sandbox.Limits, n int64) { l.Files = int(n) }},
	}
}

// maxTime is the longest time limit; a longer one would limit nothing.
const maxTime = 24 * time.Hour

func duration(v yaml.Value) (int64, error) {
	d, err := time.ParseDuration(v.Text)
	if err != nil || v.Kind != yaml.String || d < time.Millisecond || d > maxTime {
		return 0, fmt.Errorf("want a time up to %s such as 500ms, 30s or 2m, got %s", showDuration(int64(maxTime)), show(v))
	}
	return int64(d), nil
}

func showDuration(n int64) string {
	s := time.Duration(n).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// units are the endings of sizes, the smallest first.
const units = "KMGT"

func size(v yaml.Value) (int64, error) {
	text, factor := v.Text, 1.0
	if text != "" {
		if i := strings.IndexByte(units, text[len(text)-1]&^0x20); i >= 0 {
			text, factor = text[:len(text)-1], math.Pow(1024, float64(i+1))
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	scalar := slices.Contains([]yaml.Kind{yaml.String, yaml.Int, yaml.Float}, v.Kind)
	if err != nil || !scalar || strings.ContainsAny(text, "xXpP_") || !(n*factor >= 1 && n*factor <= 1<<40) {
		return 0, fmt.Errorf("want a size such as 64K, 512M or 2G, got %s", show(v))
	}
	return int64(n * factor), nil
}

func showSize(n int64) string {
	for i := len(units); i > 0; i-- {
		if unit := int64(1) << (10 * i); n%unit == 0 {
			return fmt.Sprintf("%d%c", n/unit, units[i-1])
		}
	}
	return strconv.FormatInt(n, 10)
}

func count(v yaml.Value) (int64, error) {
	n, err := v.Int(1, 1<<20)
	return int64(n), err
}

func showCount(n int64) string { return strconv.FormatInt(n, 10) }

// show names a value in a message.
func show(v yaml.Value) string {
	if v.Kind == yaml.Int {
		return v.Text
	}
	return v.Describe()
}
