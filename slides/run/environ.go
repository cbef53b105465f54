package run

import (
	"path"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/slides/toolchain"
)

// A program gets the same environment on every machine and nothing of the caller's. So a deck
// prints the same everywhere and no token reaches a program.

// systemPath lists the sandbox's system directories with programs.
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// baseEnv is the environment of every program. TERM names a terminal with colours for programs that
// colour on demand; the display filters sequences that move the cursor.
var baseEnv = []string{
	"HOME=/tmp", "TMPDIR=/tmp", "USER=speaker", "LOGNAME=speaker", "SHELL=/bin/sh",
	"LANG=C.UTF-8", "TERM=xterm-256color",
}

// pipeEnv is what programs get besides, if they print to no terminal that they could ask. A program
// on a screen must not get it: it would not follow when the screen's size changes.
var pipeEnv = []string{"COLUMNS=80"}

// lineEnv is what programs get besides, if their streams are terminals that nobody sits at: no
// pagers, no questions, no bars that grow. The width is that of printSize, and ls aligns its columns
// with spaces, because tabs on slides have another width than in terminals.
var lineEnv = []string{
	"COLUMNS=72", "TABSIZE=0",
	"PAGER=cat", "GIT_PAGER=cat", "MANPAGER=cat", "SYSTEMD_PAGER=", "AWS_PAGER=", "LESS=-FRX",
	"GIT_TERMINAL_PROMPT=0", "PIP_NO_INPUT=1", "DEBIAN_FRONTEND=noninteractive",
	"PIP_PROGRESS_BAR=off", "NPM_CONFIG_PROGRESS=false", "CARGO_TERM_PROGRESS_WHEN=never",
}

// screenEnv is what programs on a screen get besides. They draw with all colours.
var screenEnv = []string{"COLORTERM=truecolor"}

// environ puts an environment together; later layers win. The directories of the tools come first
// in PATH, so that a program finds the same tools that started it.
func environ(tools []toolchain.Tool, layers ...[]string) []string {
	var dirs []string
	for _, t := range tools {
		if dir := path.Dir(t.Path); len(t.Mounts) > 0 && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	env := append(slices.Clone(baseEnv), "PATH="+strings.Join(append(dirs, systemPath), ":"))
	for _, t := range tools {
		env = append(env, t.Env...)
	}
	for _, layer := range layers {
		env = append(env, layer...)
	}
	return lastWins(env)
}

// lastWins drops all but the last entry of each name: with two, programs disagree which one counts.
func lastWins(env []string) []string {
	at := map[string]int{}
	var out []string
	for _, kv := range env {
		name, _, ok := strings.Cut(kv, "=")
		if !ok || name == "" || strings.ContainsRune(kv, 0) {
			continue // execve could not pass it on
		}
		if i, seen := at[name]; seen {
			out[i] = kv
			continue
		}
		at[name] = len(out)
		out = append(out, kv)
	}
	return out
}
