package main

import (
	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/json"
)

func newInspect(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "inspect DECK",
		Short:   "print the parsed deck as JSON, without running a program",
		Long:    "Inspect prints what slidexec sees in a deck: slides, snippets with their exact programs, placeholders, notes and\ndiagnostics, as JSON (docs/json.md). The exit status is 1 if the deck has errors.",
		Example: "  slidexec inspect talk.md | jq '.snippets[].id'",
		Args:    exactArgs(1, "one deck"),
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := a.open(cmd.Context(), args[0])
			if err != nil {
				return err
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
	cmd.Flags().StringArrayVar(&a.run.allow, "allow", nil, "let the deck use files outside of its folder, by a `PERMISSION`: read=PATH; may be repeated")
	return cmd
}
