package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/json"
	"github.com/slidexec/slidexec/slides/permit"
)

// rememberedDoc is an entry of `permissions --json`.
type rememberedDoc struct {
	Deck   string    `json:"deck"`
	Grants []string  `json:"grants"`
	Since  time.Time `json:"since"`
}

func newPermissions(a *app) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "permissions",
		Short: "list the permissions that you granted for good",
		Long: "Permissions lists the decks to which you granted permissions for good, by answering \"always\", and the permissions.\n" +
			"If a deck requests anything else than the list says, slidexec asks you again.",
		Example: "  slidexec permissions\n  slidexec permissions revoke talk.md",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("permissions has no command %q; `slidexec permissions revoke DECK` revokes", args[0])}
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error { return a.listPermissions(asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	cmd.AddCommand(newRevoke(a))
	return cmd
}

func (a *app) listPermissions(asJSON bool) error {
	store, err := permit.UserStore()
	if err != nil {
		return err
	}
	decks, err := store.List()
	if err != nil {
		return err
	}
	if asJSON {
		docs := make([]rememberedDoc, 0, len(decks))
		for _, d := range decks {
			docs = append(docs, rememberedDoc(d))
		}
		return json.Write(a.out, docs)
	}
	if len(decks) == 0 {
		a.ui.say("no deck has a permission that was granted for good")
	}
	for _, d := range decks {
		lines := []string{fmt.Sprintf("%s (since %s)", text.Name(d.Deck), d.Since.Local().Format(time.DateOnly))}
		for _, g := range d.Grants {
			lines = append(lines, "  "+g)
		}
		if err := a.print(lines...); err != nil {
			return err
		}
	}
	return nil
}

func newRevoke(a *app) *cobra.Command {
	all := false
	cmd := &cobra.Command{
		Use:     "revoke DECK…",
		Short:   "revoke the permissions of decks",
		Example: "  slidexec permissions revoke talk.md\n  slidexec permissions revoke --all",
		Args: func(cmd *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return usageError{errors.New("revoke takes decks, or --all")}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, decks []string) error { return a.revoke(decks, all) },
	}
	cmd.Flags().BoolVar(&all, "all", false, "revoke the permissions of every deck")
	return cmd
}

func (a *app) revoke(decks []string, all bool) error {
	store, err := permit.UserStore()
	if err != nil {
		return err
	}
	if all {
		return store.RevokeAll()
	}
	missing := false
	for _, name := range decks {
		at, _ := permit.FindDeck(name) // the deck, or a link to it, may be removed
		found, err := store.Revoke(at.File)
		if abs, absErr := filepath.Abs(name); err == nil && absErr == nil && !found {
			found, err = store.Revoke(abs)
		}
		if err != nil {
			return err
		}
		if !found {
			a.ui.say("no permission is remembered for %s", text.Name(name))
			missing = true
			continue
		}
		a.ui.say("revoked the permissions of %s", text.Name(name))
	}
	if missing {
		return exit{exitFailed}
	}
	return nil
}
