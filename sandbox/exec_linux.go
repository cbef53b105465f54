package sandbox

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// exec ends the plan: the directory and the program itself.
func (p *planner) exec() error {
	c := p.private.cmd(p.cmd)
	switch c.Path {
	case "":
		return errors.New("sandbox: no program given")
	case dry:
		return nil
	case later:
		p.program(stage.Step{Op: stage.Await})
		return nil
	}
	for _, s := range slices.Concat([]string{c.Path, c.Dir}, c.Args, c.Env) {
		if strings.ContainsRune(s, 0) {
			return fmt.Errorf("sandbox: zero byte in %q", s)
		}
	}
	p.layer = noLayer
	dir := c.Dir
	if dir == "" {
		dir = "/"
	}
	// This step comes before the filter and exec, so that nothing but them follows it.
	at := slices.IndexFunc(p.plan.Program, func(s stage.Step) bool { return s.Op == stage.Filter })
	if at < 0 || p.waits() {
		at = len(p.plan.Program)
	}
	p.plan.Program = slices.Insert(p.plan.Program, at, stage.Step{Op: stage.Chdir, Dst: dir, Layer: noLayer})
	p.plan.Env = dedupe(c.Env)
	p.plan.Argv = c.Args
	if len(c.Args) == 0 {
		p.plan.Argv = []string{c.Path}
	}
	paths := candidates(c.Path, p.plan.Env)
	if len(paths) == 0 {
		return fmt.Errorf("%s: %w", c.Path, ErrNotFound)
	}
	for _, path := range paths {
		p.program(stage.Step{Op: stage.Exec, Dst: path})
	}
	return nil
}

// waits reports whether the program learns what to execute after everything else is done.
func (p *planner) waits() bool {
	return slices.ContainsFunc(p.plan.Program, func(s stage.Step) bool { return s.Op == stage.Await })
}

// noLayer marks steps that start the program and belong to no layer.
const noLayer = 255

// defaultPath is searched when Env has no PATH.
const defaultPath = "/usr/local/bin:/usr/bin:/bin"

// candidates lists the paths to try for a program, in order, as execvp(3) does.
func candidates(name string, env []string) []string {
	if strings.Contains(name, "/") {
		return []string{name}
	}
	path := defaultPath
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, "PATH="); ok {
			path = v
		}
	}
	var list []string
	for _, dir := range filepath.SplitList(path) {
		if filepath.IsAbs(dir) { // the current directory is never searched
			list = append(list, filepath.Join(dir, name))
		}
	}
	return list
}

// dedupe keeps the last of several settings of one variable, because programs disagree on which one
// counts.
func dedupe(env []string) []string {
	last := make(map[string]int, len(env))
	for i, kv := range env {
		name, _, _ := strings.Cut(kv, "=")
		last[name] = i
	}
	out := make([]string, 0, len(last))
	for i, kv := range env {
		if name, _, _ := strings.Cut(kv, "="); last[name] == i {
			out = append(out, kv)
		}
	}
	return out
}
