package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
)

// Who grants: flags, an answer remembered for exactly what the deck asks for, an answer now. A deck
// that asks where nobody can answer is run without, and what it would take is said once.

// grant completes the options of a talk's runner with what its programs may do. What the user says
// to the deck's requests, ask finds out.
func (a *app) grant(t *talk, o *run.Options, ask func(asked, open []permit.Request) (granted, error)) error {
	w, err := a.wishes(t, o)
	if err != nil || t.conf == nil {
		return err
	}
	answered, err := ask(w.asked, w.open)
	if err != nil {
		return err
	}
	flags, user := o.Limits, o.Allow
	all, per := t.conf.Settle(w.base, func(q permit.Request) bool { return o.NoSandbox || answered(q) || user.Covers(q.Grant) })
	o.Limits, o.Allow = run.ProgramLimits(all.Limits, flags), user.With(all.Allow...)
	o.Nested = cmp.Or(all.Nested, o.Nested)
	o.Snippets = map[string]run.Settings{}
	for id, s := range per {
		o.Snippets[id] = run.Settings(s)
	}
	return nil
}

// granted says whether the user allows a request.
type granted func(permit.Request) bool

// wish is what a deck asks for.
type wish struct {
	base  config.Base // what programs get without asking
	asked []permit.Request
	open  []permit.Request // those that flags do not grant
}

// wishes looks for the paths of the user's grants in o, and finds out what the deck asks for.
func (a *app) wishes(t *talk, o *run.Options) (w wish, err error) {
	if o.Allow, err = a.resolve(o.Allow, t.at.Dir); err != nil {
		return w, err
	}
	nested := run.DefaultNested
	if n, ok := o.Allow.Nested(); ok {
		nested = n
	}
	if o.Nested = orNone(nested); t.conf == nil {
		return w, nil
	}
	w.base = config.Base{Limits: run.ProgramLimits(o.Limits), Nested: nested}
	if o.Strict { // nobody is asked for what would be taken away
		w.base.Nested = permit.MaxNested
	}
	w.asked = t.conf.Requests(w.base)
	w.open = slices.DeleteFunc(slices.Clone(w.asked), func(q permit.Request) bool { return o.NoSandbox || o.Allow.Covers(q.Grant) })
	return w, nil
}

// unset says which variables that programs were granted are not there.
func (a *app) unset(o run.Options) {
	for _, g := range o.Allow.Of(permit.Env) {
		if _, ok := os.LookupEnv(g.Arg); !ok {
			a.ui.say("note: %s is not set, so no program sees it", g.Arg)
		}
	}
}

// flagGrants are the grants of flags whose places were found, by the folder that paths begin in and
// the grant as written. A path is followed once and no more while the program runs: who may write
// there could make it lead elsewhere for the next time.
type flagGrants struct {
	mu    sync.Mutex
	found map[[2]string]permit.Grant
}

func (f *flagGrants) resolve(folder permit.Folder, dir string, g permit.Grant) (permit.Grant, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := [2]string{dir, g.String()}
	if found, ok := f.found[key]; ok {
		return found, nil
	}
	g, err := folder.Resolve(g)
	if err == nil {
		if f.found == nil {
			f.found = map[[2]string]permit.Grant{}
		}
		f.found[key] = g
	}
	return g, err
}

// resolve looks for the paths of the user's grants. Without a folder they begin where the user is.
func (a *app) resolve(set permit.Set, dir string) (permit.Set, error) {
	if len(set) == 0 {
		return nil, nil
	}
	home := permit.Home() // without one, no path can be below it
	folder, err := permit.NewFolder(dir, home)
	if err != nil {
		return nil, fmt.Errorf("look for what is granted: %w", err)
	}
	var out permit.Set
	for _, g := range set {
		g, err := a.granted.resolve(folder, dir, g)
		if err != nil {
			return nil, usageError{fmt.Errorf("--allow: %w", err)}
		}
		out = append(out, g)
	}
	return permit.Set{}.With(out...), nil
}

// orNone says "none" as Options does, where zero is the default.
func orNone(nested int) int { return cmp.Or(nested, -1) }

// decide finds out whether the user grants what a deck asks for. open is what flags do not grant
// of it.
func (a *app) decide(ctx context.Context, t *talk, asked, open []permit.Request) (bool, error) {
	if len(open) == 0 {
		return false, nil
	}
	store, err := openStore()
	if err != nil {
		a.ui.say("%v", err)
	} else if a.remembered(store, t.at, asked, open) {
		a.ui.say("%s may, as you allowed it before: %s", text.Name(t.at.Name), list(open))
		return true, nil
	}
	if len(open) > permit.MaxRequests {
		a.ui.say("note: %s asks for %d things, which is more than anybody reads: none of them is granted", text.Name(t.at.Name), len(open))
		a.ui.say("hint: slidexec.yaml may have %d permissions and limits above the usual in all", permit.MaxRequests)
		return false, nil
	}
	if !a.interactive() {
		a.ui.say("note: %s asks for more than programs get, which is not granted: %s", text.Name(t.at.Name), list(open))
		a.ui.say("hint: %s grants it to every program of the deck", permit.Flags(open))
		return false, nil
	}
	said, err := a.ask(ctx, t.at.File, t.conf.Source.Name, open)
	if err != nil || said == no {
		return false, err
	}
	if said == always {
		if err := store.Remember(t.at.File, open, time.Now()); err != nil {
			a.ui.say("it is allowed this time, but not remembered: %v", err)
		}
	}
	return true, nil
}

// remembered reports whether the user allowed before exactly what is asked for, with or without
// what flags grant anyway.
func (a *app) remembered(store permit.Store, deck permit.Deck, asked, open []permit.Request) bool {
	for _, requests := range [][]permit.Request{asked, open} {
		ok, replaced, err := store.Allows(deck.File, requests)
		if err != nil {
			a.ui.say("%v; `slidexec permissions revoke --all` starts over", err)
			return false
		}
		if ok {
			return true
		}
		for _, q := range replaced {
			a.ui.say("note: %s is not what it was when you allowed %s", text.Name(q.Place.Path), text.Name(q.String()))
		}
		if len(replaced) > 0 {
			return false
		}
	}
	return false
}

// list names requests in a line.
func list(requests []permit.Request) string {
	var out []string
	for _, q := range requests {
		word := text.Name(q.String())
		if q.Snippet != "" {
			word += fmt.Sprintf(" (for %q)", q.Snippet)
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return strings.Join(out, ", ")
}

func openStore() (permit.Store, error) {
	path, err := permit.DefaultPath()
	return permit.OpenStore(path), err
}
