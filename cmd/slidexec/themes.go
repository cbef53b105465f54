package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/render/present/tty"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides/talk"
)

func newThemes(a *app) *cobra.Command {
	page := false
	cmd := &cobra.Command{
		Use:   "themes [NAME]",
		Short: "list the themes, or show what one looks like",
		Long: "Themes lists the names of the built-in themes, for `theme: {name: NAME}` in a deck's front matter and for the\n" +
			"flag --theme. With a name, it shows a slide in that theme, as a terminal shows it, or as a page. The name may be\n" +
			"one of your own themes (docs/themes.md).",
		Example: "  slidexec themes\n  slidexec themes gruvbox-dark\n  slidexec themes tokyonight-day --html >sample.html",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.print(talk.Themes()...)
			}
			if err := checkTheme("theme", args[0]); err != nil {
				return err
			}
			return a.sample(args[0], page)
		},
	}
	cmd.Flags().BoolVar(&page, "html", false, "write a page instead of what a terminal shows")
	return cmd
}

// checkTheme reports a name that no theme has.
func checkTheme(what, name string) error {
	if name == "" || talk.Theme(name) {
		return nil
	}
	return usageError{fmt.Errorf("%s %s: %s", what, text.Name(name), text.Suggest(name, "choose one of ", talk.Themes()))}
}

// sample shows a slide in a theme.
func (a *app) sample(name string, page bool) error {
	o := markdown.DefaultOptions()
	o.Worn = name
	cfg := markdown.Config{Options: &o, Themes: talk.OwnTheme, Code: talk.OwnCode}
	deck, err := markdown.Parse("sample.md", []byte(strings.ReplaceAll(sampleDeck, "NAME", name)), cfg)
	if err != nil { // a mistake in the user's own theme
		a.ui.diags(deck.Diags)
		return exit{exitFailed}
	}
	v := &render.View{Deck: deck}
	if page {
		return (&html.Backend{}).Render(a.data(), v)
	}
	look := term.Backend{Width: 80, Depth: term.TrueColor}
	if f, ok := a.out.(*os.File); ok && isTerminal(f) {
		look.Depth = max(depths[tty.KindOf(asked).Colours], term.Color16)
	}
	return look.Render(a.data(), v)
}

const sampleDeck = `The theme NAME
===

Text with **strong** and *emphatic* words, ` + "`code`" + ` and a [link](https://example.org).

* a list
* with two items

` + "```rust {2}" + `
fn main() {
    println!("{}", 6 * 7); // a comment
}
` + "```" + `

> [!tip]
> and an alert
`
