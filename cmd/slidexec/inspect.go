package main

import (
	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/json"
)

func newInspect(a *app) *cobra.Command {
	dialect, settings := false, false
	cmd := &cobra.Command{
		Use:   "inspect DECK",
		Short: "print the parsed deck as JSON, without running a program",
		Long: "Inspect prints what slidexec sees in a deck: slides, snippets with their exact programs, placeholders, notes and\ndiagnostics, as JSON (docs/json.md). The exit status is 1 if the deck has errors. With --dialect and without a deck, it\n" +
			"prints all commands, attributes, keys and options that decks can have, for the completion of editors. With\n" +
			"--settings, it prints every setting in force for the deck, one a line, and the file or flag that it comes from; the\n" +
			"flags of other commands may be given to see what becomes of them.",
		Example: "  slidexec inspect talk.md | jq '.snippets[].id'\n  slidexec inspect --dialect | jq -r '.commands[].example'",
		Args: func(cmd *cobra.Command, args []string) error {
			if dialect {
				return noArgs("no deck with --dialect")(cmd, args)
			}
			return exactArgs(1, "one deck")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if dialect {
				return json.Write(a.out, markdown.Words())
			}
			t, err := a.open(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if settings {
				return a.settings(t)
			}
			doc := json.NewDeck(&render.View{Deck: t.Deck})
			doc.Explain(t.Deck)
			if err := json.Write(a.out, doc); err != nil {
				return err
			}
			if t.Deck.Diags.Failed() {
				return exit{exitFailed}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&dialect, "dialect", false, "print what decks can have, instead of what one has")
	cmd.Flags().BoolVar(&settings, "settings", false, "print the settings in force for the deck, and where they come from")
	a.addRunFlags(cmd)
	a.addThemeFlag(cmd)
	return cmd
}
