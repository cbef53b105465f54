package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/render/picture"
	"github.com/slidexec/slidexec/render/present/tty"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// protocols are the words of presenterm's configuration for how pictures are shown. Its two ways of kitty and of
// iTerm2 differ in how the terminal gets them, and slidexec has only one that works everywhere.
var protocols = map[string]picture.Protocol{
	"kitty-local": picture.Kitty, "kitty-remote": picture.Kitty, "iterm2": picture.ITerm, "iterm2-multipart": picture.ITerm,
	"sixel": picture.Sixel, "ascii-blocks": picture.Blocks,
}

// pictured returns what is known about pictures in the terminal before it says anything.
func (j *presentJob) pictured(kind tty.Kind) *picture.Terminal {
	wanted, _ := picture.Parse(j.pictures) // check has found no mistake in it
	return &picture.Terminal{Program: picture.Program(os.Getenv), Multiplexer: kind.Multiplexer, Colours: kind.Colours, Wanted: wanted}
}

// drawers are the arguments with which the programs of lang.SVG draw standard input to standard output; W and H stand for
// the width and height.
var drawers = map[string]string{
	"rsvg-convert": "--format=png --keep-aspect-ratio --width=W --height=H",
	"resvg":        "--width W --height H - -c",
	"inkscape":     "--pipe --export-type=png --export-filename=- --export-width=W",
}

// drawer returns the program that draws SVG on this machine, or else the command that installs one.
func drawer() (tool toolchain.Tool, install string, err error) {
	names := strings.Split(lang.SVG, "|")
	tool, err = toolchain.NewFinder("").First(names...)
	return tool, lang.Install(names[0]), err
}

// svgLimits bound what drawing an SVG costs. A hostile one can ask for any work.
var svgLimits = sandbox.Limits{Memory: 512 << 20, Processes: 64, Output: 64 << 20}

// vector returns what draws SVG: a program of this machine, in a sandbox that has the system's programs and fonts and
// nothing of the deck. The picture is its standard input.
func (a *app) vector(ctx context.Context) picture.Vector {
	var once sync.Once
	var tool toolchain.Tool
	var install string
	var missing error
	return func(svg []byte, wide, high int) ([]byte, error) {
		if once.Do(func() { tool, install, missing = drawer() }); missing != nil {
			return nil, fmt.Errorf("nothing here draws SVG; to get it: %s", install)
		}
		sizes := strings.NewReplacer("W", strconv.Itoa(wide), "H", strconv.Itoa(high))
		args := append([]string{tool.Path}, strings.Fields(sizes.Replace(drawers[tool.Name]))...)
		var out, said bytes.Buffer
		cmd := &sandbox.Cmd{
			Path: tool.Path, Args: args, Stdin: bytes.NewReader(svg), Stdout: &out, Stderr: &said, Unordered: true,
			Env:        append([]string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8"}, tool.Env...),
			Policy:     &sandbox.Policy{Mounts: slices.Concat(sandbox.System(), tool.Mounts), Limits: svgLimits, Degraded: a.run.degraded},
			Unconfined: a.run.noSandbox,
		}
		switch res, err := cmd.Run(ctx); {
		case err != nil:
			return nil, fmt.Errorf("%s did not run: %w", tool.Name, err)
		case res.Status != sandbox.OK || out.Len() == 0:
			first, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
			return nil, fmt.Errorf("%s cannot draw it: %s", tool.Name, cmp.Or(res.Reason, first, "it says nothing"))
		}
		return out.Bytes(), nil
	}
}
