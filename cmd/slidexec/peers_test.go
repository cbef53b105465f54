package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Benchmarks of the whole program, side by side with the tools people would use instead: each
// iteration runs one after the other, so that a busy machine slows both, and reports medians and
// their ratio. Peers that are not installed are left out with a line that says so.

// generated returns a deck of n slides with a code block each, no two alike.
func generated(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Slide %d\n===\n\nSome *text* with `code` and a [link](https://example.org/%d).\n\n"+
			"* first point\n* second point\n\n```go\nfunc step%d(x int) (int, error) {\n\tif x > %d {\n"+
			"\t\treturn 0, fmt.Errorf(\"too large: %%d\", x) // refuse\n\t}\n\treturn x*%d + 1, nil\n}\n```\n\n<!-- end_slide -->\n\n", i, i, i, i, i)
	}
	return []byte(b.String())
}

// build compiles the program once for a benchmark.
func build(b testing.TB) string {
	b.Helper()
	bin := filepath.Join(b.TempDir(), "slidexec")
	cmd := exec.Command("go", "build", "-trimpath", "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // as the README installs it
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// cost is what one run of a command took.
type cost struct {
	wall time.Duration
	rss  int64 // bytes, largest resident set
}

func spend(b *testing.B, name string, args ...string) cost {
	b.Helper()
	cmd := exec.Command(name, args...)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", name, err, out)
	}
	usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return cost{time.Since(start), usage.Maxrss << 10}
}

// median reports the median wall time in ms and the largest memory in MB under a name.
func median(b *testing.B, name string, costs []cost) time.Duration {
	slices.SortFunc(costs, func(x, y cost) int { return int(x.wall - y.wall) })
	mid, rss := costs[len(costs)/2].wall, int64(0)
	for _, c := range costs {
		rss = max(rss, c.rss)
	}
	b.ReportMetric(float64(mid.Microseconds())/1000, name+"-ms")
	b.ReportMetric(float64(rss)/(1<<20), name+"-MB")
	return mid
}

func BenchmarkHTML(b *testing.B) {
	bin := build(b)
	pandoc, err := exec.LookPath("pandoc")
	if err != nil {
		b.Log("pandoc is not installed: without a ratio")
	}
	for _, n := range []int{30, 1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			deck := filepath.Join(b.TempDir(), "deck.md")
			if err := os.WriteFile(deck, generated(n), 0o600); err != nil {
				b.Fatal(err)
			}
			var ours, peer []cost
			for b.Loop() {
				ours = append(ours, spend(b, bin, "render", deck, "-o", deck+".html"))
				if pandoc != "" {
					peer = append(peer, spend(b, pandoc, "-t", "revealjs", "-s", deck, "-o", deck+".pandoc.html"))
				}
			}
			mid := median(b, "slidexec", ours)
			if pandoc != "" {
				b.ReportMetric(float64(mid)/float64(median(b, "pandoc", peer)), "ratio")
			}
		})
	}
}

// isolation is the containers deck of the examples: one Rust program with two crates.
const isolation = "../../examples/containers.md"

// BenchmarkCached is a render whose programs all ran before: nothing is run.
func BenchmarkCached(b *testing.B) {
	bin := build(b)
	b.Setenv("XDG_CACHE_HOME", b.TempDir())
	out := filepath.Join(b.TempDir(), "out.html")
	deck := filepath.Join(b.TempDir(), "deck.md")
	programs := strings.ReplaceAll(string(generated(30)), "```go", "```bash +exec +expect:failure")
	if err := os.WriteFile(deck, []byte(programs), 0o600); err != nil {
		b.Fatal(err)
	}
	for name, file := range map[string]string{"30-slides": deck, "containers": isolation} {
		b.Run(name, func(b *testing.B) {
			if msg, err := exec.Command(bin, "render", file, "-o", out).CombinedOutput(); err != nil {
				b.Skipf("the deck does not run here: %v\n%s", err, msg)
			}
			var costs []cost
			for b.Loop() {
				costs = append(costs, spend(b, bin, "render", file, "-o", out))
			}
			median(b, "slidexec", costs)
		})
	}
}

// BenchmarkRun runs a program that is built but whose result is not cached, because a file beside its
// deck has changed, against rust-script with its own warm cache.
func BenchmarkRun(b *testing.B) {
	bin := build(b)
	peer, err := exec.LookPath("rust-script")
	if err != nil {
		b.Log("rust-script is not installed: without a ratio")
	}
	b.Setenv("XDG_CACHE_HOME", b.TempDir())
	dir := b.TempDir()
	deck, data := filepath.Join(dir, "deck.md"), filepath.Join(dir, "data.csv")
	src, err := os.ReadFile(isolation)
	if err == nil {
		err = os.WriteFile(deck, src, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	if msg, err := exec.Command(bin, "run", deck, "pid_namespace").CombinedOutput(); err != nil {
		b.Skipf("the deck does not run here: %v\n%s", err, msg)
	}
	script := filepath.Join(b.TempDir(), "script.rs")
	if err := os.WriteFile(script, program(b, bin, "pid_namespace"), 0o600); err != nil {
		b.Fatal(err)
	}
	if peer != "" {
		spend(b, peer, "--debug", script)
	}
	var ours, theirs []cost
	for b.Loop() {
		if err := os.WriteFile(data, fmt.Append(nil, len(ours)), 0o600); err != nil {
			b.Fatal(err)
		}
		ours = append(ours, spend(b, bin, "run", deck, "pid_namespace"))
		if peer != "" {
			theirs = append(theirs, spend(b, peer, "--debug", script))
		}
	}
	mid := median(b, "slidexec", ours)
	if peer != "" {
		b.ReportMetric(float64(mid)/float64(median(b, "rust-script", theirs)), "ratio")
	}
}
