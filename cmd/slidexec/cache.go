package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/json"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run/store"
)

// cacheDoc is the document of `cache --json`.
type cacheDoc struct {
	Dir    string      `json:"dir"`
	Bytes  int64       `json:"bytes"`
	Cap    int64       `json:"cap"` // slidexec prunes a larger cache
	Decks  []cacheDeck `json:"decks"`
	Shared []cachePart `json:"shared"`
}

// cacheDeck describes the entries kept for the decks of one folder.
type cacheDeck struct {
	Folder   string    `json:"folder"` // "" for decks from standard input
	Decks    []string  `json:"decks"`  // paths
	Bytes    int64     `json:"bytes"`
	Used     time.Time `json:"used"`
	Results  int       `json:"results"`
	Programs int       `json:"programs"`
	Gone     bool      `json:"gone,omitempty"` // the folder was removed or replaced
}

// cachePart is a part of the cache that all decks share.
type cachePart struct {
	What  string    `json:"what"`
	Bytes int64     `json:"bytes"`
	Used  time.Time `json:"used"`
}

// sharedParts names the shared parts for people.
var sharedParts = map[string]string{"go": "Go's standard library, compiled", "cargo": "crates, as fetched"}

func newCache(a *app) *cobra.Command {
	asJSON := false
	list := func(*cobra.Command, []string) error { return a.listCache(asJSON) }
	cmd := &cobra.Command{
		Use:   "cache",
		Short: "list or empty the cache of results and compiled programs",
		Long: "Cache lists the results and compiled programs that slidexec keeps for the decks of each folder, and what all decks\n" +
			"share. You can remove all of it: slidexec makes each part again when a deck needs it.",
		Example: "  slidexec cache\n  slidexec cache size\n  slidexec cache clean talk.md\n  slidexec cache clean --older 30d",
		Args:    noArgs("list, size and clean"),
		RunE:    list,
	}
	sub := &cobra.Command{Use: "list", Short: "list the cache, deck by deck", Args: noArgs("no arguments"), RunE: list}
	size := &cobra.Command{
		Use: "size", Short: "print the size of the cache", Args: noArgs("no arguments"),
		RunE: func(*cobra.Command, []string) error { return a.sizeCache(asJSON) },
	}
	cmd.PersistentFlags().BoolVar(&asJSON, "json", false, "print as JSON")
	cmd.AddCommand(sub, size, newClean(a, &asJSON))
	return cmd
}

// noArgs refuses arguments and names the commands or arguments that are allowed.
func noArgs(has string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			if near := text.Nearest(args[0], commandNames(cmd)); near != "" {
				return usageError{fmt.Errorf("%s has no %q; did you mean %q?", cmd.Name(), args[0], near)}
			}
			return usageError{fmt.Errorf("%s takes %s, not %q: %s", cmd.Name(), has, args[0], cmd.UseLine())}
		}
		return nil
	}
}

// openCache opens the cache as it is.
func openCache() (*store.Store, error) {
	dir, err := store.DefaultDir()
	if err != nil {
		return nil, fmt.Errorf("find the cache: %w", err)
	}
	s, err := store.OpenExisting(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot use the cache: %w", err)
	}
	return s, nil
}

// readCache describes the cache.
func readCache() (cacheDoc, error) {
	s, err := openCache()
	if err != nil {
		return cacheDoc{}, err
	}
	doc := cacheDoc{Dir: s.Root(), Cap: s.Cap, Decks: []cacheDeck{}, Shared: []cachePart{}}
	for _, k := range s.List() {
		doc.Bytes += k.Size()
		if k.ID == "" {
			for _, it := range k.Items {
				doc.Shared = append(doc.Shared, cachePart{sharedParts[it.Kind], it.Size, it.Used})
			}
			continue
		}
		d := cacheDeck{Folder: k.Identity.Path, Decks: k.Decks, Bytes: k.Size(), Used: k.Used(), Gone: k.Gone}
		if d.Decks == nil {
			d.Decks = []string{}
		}
		for _, it := range k.Items {
			switch it.Kind {
			case "result":
				d.Results++
			case "program":
				d.Programs++
			}
		}
		doc.Decks = append(doc.Decks, d)
	}
	return doc, nil
}

func (a *app) listCache(asJSON bool) error {
	doc, err := readCache()
	if err != nil {
		return err
	}
	if asJSON {
		return json.Write(a.out, doc)
	}
	var lines []string
	for _, d := range doc.Decks {
		note := ""
		if d.Gone {
			note = " (gone)"
		}
		lines = append(lines, cacheLine(d.Bytes, d.Used, d.name()+note))
	}
	for _, p := range doc.Shared {
		lines = append(lines, cacheLine(p.Bytes, p.Used, p.What))
	}
	if err := a.print(lines...); err != nil {
		return err
	}
	a.ui.say("%s of at most %s in %s", text.Size(doc.Bytes), text.Size(doc.Cap), text.Name(doc.Dir))
	return nil
}

// cacheLine is a line of the list.
func cacheLine(size int64, used time.Time, what string) string {
	return fmt.Sprintf("%10s  %s  %s", text.Size(size), used.Local().Format(time.DateOnly), what)
}

// name returns the name of a folder's decks in lists.
func (d cacheDeck) name() string {
	switch {
	case d.Folder == "":
		return "a deck or program from standard input"
	case len(d.Decks) == 1:
		return text.Name(d.Decks[0])
	case len(d.Decks) == 0:
		return text.Name(d.Folder)
	}
	var names []string
	for _, deck := range d.Decks {
		names = append(names, text.Name(filepath.Base(deck)))
	}
	return text.Name(d.Folder) + ": " + strings.Join(names, ", ")
}

func (a *app) sizeCache(asJSON bool) error {
	doc, err := readCache()
	if err != nil {
		return err
	}
	if asJSON {
		return json.Write(a.out, map[string]any{"dir": doc.Dir, "bytes": doc.Bytes, "cap": doc.Cap})
	}
	return a.print(text.Size(doc.Bytes))
}

// cleaning holds the flags of `cache clean`.
type cleaning struct {
	all   bool
	older string
}

func newClean(a *app, asJSON *bool) *cobra.Command {
	var c cleaning
	cmd := &cobra.Command{
		Use:   "clean [DECK…]",
		Short: "remove kept results and compiled programs",
		Long: "Clean removes the results and compiled programs of the given decks and of all others in their folders. Without a\n" +
			"deck, it removes those of every deck. What all decks share stays, unless you give --all. What a running slidexec\n" +
			"uses stays.",
		Example: "  slidexec cache clean talk.md\n  slidexec cache clean --older 30d\n  slidexec cache clean --all",
		Args: func(_ *cobra.Command, args []string) error {
			if c.all && len(args) > 0 {
				return usageError{errors.New("clean takes decks or --all, not both")}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, decks []string) error { return a.cleanCache(c, decks, *asJSON) },
	}
	cmd.Flags().BoolVar(&c.all, "all", false, "also remove what all decks share: crates and Go's standard library")
	cmd.Flags().StringVar(&c.older, "older", "", "remove only what was not used for this `TIME`, such as 30d or 12h")
	return cmd
}

func (a *app) cleanCache(c cleaning, decks []string, asJSON bool) error {
	older, err := parseAge(c.older)
	if err != nil {
		return usageError{fmt.Errorf("--older: %w", err)}
	}
	s, err := openCache()
	if err != nil {
		return err
	}
	kept := s.List()
	var items []store.Item
	missing := false
	for _, name := range decks {
		found := false
		for _, k := range kept {
			if k.ID != "" && isOf(k, name) {
				items, found = append(items, k.Items...), true
			}
		}
		if !found {
			a.ui.say("the cache holds nothing of %s", text.Name(name))
			missing = true
		}
	}
	for _, k := range kept {
		if len(decks) == 0 && (k.ID != "" || c.all) {
			items = append(items, k.Items...)
		}
	}
	now := time.Now()
	if len(decks) == 0 && older == 0 {
		s.Sweep(now)
	}
	freed, busy, err := s.Clean(items, older, now)
	if err != nil {
		return fmt.Errorf("clean the cache: %w", err)
	}
	if asJSON {
		err = json.Write(a.out, map[string]any{"bytes": freed, "in_use": busy})
	} else {
		a.ui.say("%s removed", text.Size(freed))
	}
	if busy > 0 {
		a.ui.say("%s stays: a running slidexec uses it", text.Count(busy, "item"))
	}
	if missing && err == nil {
		err = exit{exitFailed}
	}
	return err
}

// isOf reports whether an entry belongs to a deck or folder that is or was called name.
func isOf(k store.Kept, name string) bool {
	abs, err := filepath.Abs(name)
	if err != nil {
		return false
	}
	if k.Identity.Path == abs || slices.Contains(k.Decks, abs) || k.Identity.Path == filepath.Dir(abs) && k.Gone {
		return true
	}
	if at, err := permit.FindDeck(name); err == nil && at.Dir != "" {
		return k.Identity.Path == at.Dir
	}
	real, err := filepath.EvalSymlinks(abs)
	return err == nil && k.Identity.Path == real
}

// parseAge reads "30d", "2w", "12h", "90m"; "" is no age.
func parseAge(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	days := map[byte]time.Duration{'d': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	d, err := time.ParseDuration(s)
	if unit, ok := days[s[len(s)-1]]; ok {
		var n float64
		n, err = strconv.ParseFloat(s[:len(s)-1], 64)
		d = time.Duration(min(n, 100_000) * float64(unit))
		if n != n {
			d = 0
		}
	}
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is not an age: write it like 30d, 2w or 12h", s)
	}
	return d, nil
}
