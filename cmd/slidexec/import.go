package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/markdown/foreign"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/talk"
)

// importJob is what `import` is asked to do.
type importJob struct {
	*app
	from, output string
	force        bool
}

func newImport(a *app) *cobra.Command {
	j := importJob{app: a}
	cmd := &cobra.Command{
		Use:   "import DECK",
		Short: "turn a deck of Marp, Slidev, reveal-md or patat into one of ours",
		Long: "Import turns a deck that was written for Marp, Slidev, reveal-md or patat into one for slidexec: its front matter,\n" +
			"slides, notes, columns, pictures, steps, and lines of code that are highlighted. What has no counterpart becomes a\n" +
			"comment in its place, and stderr lists it. The new deck goes to stdout, or to the file that -o names.",
		Example: "  slidexec import marp.md -o talk.md\n  slidexec import --from reveal slides.md >talk.md",
		Args:    exactArgs(1, "one deck"),
		RunE:    func(cmd *cobra.Command, args []string) error { return j.do(cmd.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.StringVarP(&j.output, "output", "o", "", "write to this `FILE` instead of stdout")
	f.StringVar(&j.from, "from", "", "the `TOOL` that the deck was written for, if slidexec cannot tell: marp, slidev, reveal or patat")
	f.BoolVar(&j.force, "force", false, "overwrite the file that -o names")
	return cmd
}

// tools are the values of --from.
var tools = map[string]foreign.Tool{"marp": foreign.Marp, "slidev": foreign.Slidev, "reveal": foreign.Reveal, "reveal-md": foreign.Reveal, "patat": foreign.Patat}

func (j *importJob) do(ctx context.Context, name string) error {
	tool, known := tools[strings.ToLower(j.from)]
	if j.from != "" && !known {
		return usageError{fmt.Errorf("--from %s: %s", text.Name(j.from), text.Suggest(j.from, "choose one of ", []string{"marp", "slidev", "reveal", "patat"}))}
	}
	if j.output == "-" {
		j.output = ""
	}
	target := files.Target{Name: j.output, Brought: []string{filepath.Dir(name)}}
	if name != "-" {
		target.Parts = []files.Part{{Path: name, Is: "the deck itself"}}
	}
	if j.output != "" {
		if err := target.Check(); err != nil {
			return err
		}
		if _, err := os.Lstat(j.output); err == nil && !j.force {
			return fmt.Errorf("%s exists: name another file, or give --force to overwrite it", text.Name(j.output))
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	src, err := j.read(ctx, name, "the deck", int64(budget.Deck.Limit))
	if err != nil {
		return talk.Unread(name, err)
	}
	if at := text.Invalid(src); at >= 0 {
		return fmt.Errorf("%s is not UTF-8 text: byte %d is 0x%02x", text.Name(name), at, src[at])
	}
	src = files.Text(src)
	file := slides.NewFile(name, name, src)
	if tool == foreign.None {
		tool = foreign.Of(src)
	}
	deck, left := foreign.Convert(file, tool)
	if j.output == "" {
		shown := deck
		if f, ok := j.out.(*os.File); ok && isTerminal(f) {
			shown = []byte(text.Block(string(deck)))
		}
		if _, err := j.data().Write(shown); err != nil {
			return err
		}
	} else if err := target.Write(deck); err != nil {
		return err
	}
	return j.report(name, tool, deck, left)
}

// report says what became of the deck, and which mistakes the new one has.
func (j *importJob) report(name string, tool foreign.Tool, deck []byte, left slides.Diags) error {
	for _, d := range left {
		j.ui.print(d.Error())
	}
	what := "a deck cut by lines of ---"
	if tool != foreign.None {
		what = fmt.Sprintf("a %s deck", tool)
	}
	to := j.output
	if to == "" {
		to = name
	}
	// Whether its files are there is not for this command to say.
	parsed, _ := markdown.Parse(to, deck, markdown.Config{ReadFile: func(string) ([]byte, error) { return nil, nil }})
	words := fmt.Sprintf("%s was read as %s: %s", text.Name(name), what, text.Count(len(parsed.Slides), "slide"))
	if len(left) > 0 {
		words += fmt.Sprintf(", %s without a counterpart", text.Count(len(left), "thing"))
	}
	j.ui.say("%s", words)
	if filepath.Dir(to) != filepath.Dir(name) {
		j.ui.say("note: pictures and other files are looked for beside %s; move or copy them there", text.Name(to))
	}
	if !parsed.Diags.Failed() {
		return nil
	}
	j.ui.diags(parsed.Diags)
	return exit{exitFailed}
}
