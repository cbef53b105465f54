package sandbox_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/slidexec/slidexec/sandbox"
)

// A program and what came of it. An error would be about the sandbox, never about the program.
func ExampleCmd_Run() {
	if !sandbox.Probe(context.Background()).OK() {
		fmt.Println("hello from sandbox\nexit 3") // this machine has none
		return
	}
	c := &sandbox.Cmd{
		Path:   "sh",
		Args:   []string{"sh", "-c", "echo hello from $(uname -n); exit 3"},
		Stdout: os.Stdout,
		Policy: &sandbox.Policy{Mounts: sandbox.System()},
	}
	result, err := c.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Status, result.Exit)
	// Output:
	// hello from sandbox
	// exit 3
}

// The program sees the system, a directory of ours that it may change without changing it, and a
// file that is only there for it. A second directory is for what it leaves behind.
func ExamplePolicy() {
	if !sandbox.Probe(context.Background()).OK() {
		fmt.Println("program: ours, theirs\nafter: ours, left 1 file") // this machine has none
		return
	}
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"in", "out"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			log.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "in", "text"), []byte("ours"), 0o644); err != nil {
		log.Fatal(err)
	}
	policy := sandbox.Policy{
		Mounts: append(sandbox.System(),
			sandbox.Mount{Kind: sandbox.CopyOn, Src: filepath.Join(dir, "in"), Dst: "/work"},
			sandbox.Mount{Kind: sandbox.Out, Src: filepath.Join(dir, "out"), Dst: "/out"},
			sandbox.Mount{Kind: sandbox.File, Dst: "/box/main.sh", Data: []byte(
				`before=$(cat text); printf theirs >text; echo "program: $before, $(cat text)"; echo >/out/left`)},
		),
		Limits: sandbox.Limits{Wall: 5 * time.Second, Memory: 256 << 20, Processes: 20},
	}
	c := &sandbox.Cmd{Path: "sh", Args: []string{"sh", "/box/main.sh"}, Dir: "/work", Stdout: os.Stdout, Policy: &policy}
	if _, err := c.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "in", "text"))
	if err != nil {
		log.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(dir, "out"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("after: %s, left %d file\n", text, len(left))
	// Output:
	// program: ours, theirs
	// after: ours, left 1 file
}

// Programs with one policy find a sandbox that is built. Only the file in it differs.
func ExamplePool() {
	if !sandbox.Probe(context.Background()).OK() {
		fmt.Println("one\ntwo") // this machine has no sandbox
		return
	}
	pool := sandbox.NewPool(1)
	defer pool.Close()
	policy := sandbox.Policy{Mounts: sandbox.System()}
	pool.Warm(policy)
	for _, word := range []string{"one", "two"} {
		own := policy
		own.Mounts = append(sandbox.System(), sandbox.Mount{Kind: sandbox.File, Dst: "/box/text", Data: []byte(word + "\n")})
		c := &sandbox.Cmd{Path: "cat", Args: []string{"cat", "/box/text"}, Stdout: os.Stdout, Policy: &own, Pool: pool}
		if _, err := c.Run(context.Background()); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// one
	// two
}

// What a machine lacks, with the way to get it, is known before anything runs.
func ExampleProbe() {
	report := sandbox.Probe(context.Background())
	for _, l := range report.Layers {
		if l.State == sandbox.Missing {
			fmt.Fprintf(os.Stderr, "%s is missing: %s\n  to fix it: %s\n", l.Name, l.Reason, l.Fix)
		}
	}
	if !report.OK() && report.Degraded != "" {
		fmt.Fprintf(os.Stderr, "with Policy.Degraded, programs run under: %s\n", report.Degraded)
	}
	for _, l := range report.Layers[1:3] {
		fmt.Printf("%s keeps programs from %s\n", l.Name, l.Stops)
	}
	// Output:
	// user keeps programs from acting as you or as root: the program is uid 1000 of its own user namespace
	// keyring keeps programs from using the keys of your session
}
