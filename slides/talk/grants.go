package talk

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
)

// Three sources grant: flags, an answer remembered for exactly these requests, an answer now. If
// nobody can answer, the deck is run without the requests, and the user is told once how to grant
// them.

// Question is a deck's question to the user.
type Question struct {
	Deck     permit.Deck
	Settings *slides.File     // the file with the requests
	Requests []permit.Request // those that no flag grants
}

// Answer is the user's answer to a Question.
type Answer string

// Answers. Any other text is No.
const (
	No     Answer = "no"
	Once   Answer = "once"
	Always Answer = "always" // for exactly these requests, until it is revoked
)

// answers says which requests the user granted, by the keys of asks; requests without an answer are
// missing.
type answers map[string]bool

// asks names a request of this deck for this very place: while the deck is followed, the same path
// may come to lead elsewhere.
func (t *Talk) asks(q permit.Request) string {
	return t.At.File + "\x00" + q.Key() + "\x00" + q.Place.Identity()
}

func (t *Talk) answered(q permit.Request) bool { return t.o.answers[t.asks(q)] }

// terms are the permissions known before anybody answers.
type terms struct {
	run  run.Options // with the grants of flags
	base config.Base // what programs get without asking
}

// termsOf returns the permissions from flags. Their places were found.
func termsOf(o run.Options, flags permit.Set) terms {
	nested := run.DefaultNested
	if n, ok := flags.Nested(); ok {
		nested = n
	}
	o.Allow, o.Nested = flags, cmp.Or(nested, -1) // zero would mean the default
	base := config.Base{Limits: run.ProgramLimits(o.Limits), Nested: nested}
	if o.Strict { // do not ask for rights that Strict removes
		base.Nested = permit.MaxNested
	}
	return terms{o, base}
}

// wants returns the requests of settings, and among them those that flags do not grant.
func (m terms) wants(c *config.Config) (asked, open []permit.Request) {
	asked = c.Requests(m.base)
	return asked, slices.DeleteFunc(slices.Clone(asked), m.grants)
}

func (m terms) grants(q permit.Request) bool { return m.run.NoSandbox || m.run.Allow.Covers(q.Grant) }

// merge returns the permissions of programs: those from flags, and those in settings as far as
// flags or the user's answers grant them. They are combined only here.
func (m terms) merge(c *config.Config, answered func(permit.Request) bool) run.Options {
	all, per := c.Settle(m.base, func(q permit.Request) bool { return m.grants(q) || answered(q) })
	o := m.run
	o.Untimed = cmp.Or(all.Limits.Wall, o.Limits.Wall) == 0
	o.Limits, o.Allow = run.ProgramLimits(all.Limits, o.Limits), o.Allow.With(all.Allow...)
	o.Nested = cmp.Or(all.Nested, o.Nested)
	o.Snippets = map[string]run.Settings{}
	for id, s := range per {
		o.Snippets[id] = run.Settings(s)
	}
	return o
}

// reach returns the files and folders that the deck itself may use: those that every program may
// use.
func (t *Talk) reach() permit.Set {
	files := func(g permit.Grant) bool { return g.Kind == permit.Read || g.Kind == permit.Write }
	out := slices.DeleteFunc(slices.Clone(t.terms.run.Allow), func(g permit.Grant) bool { return !files(g) })
	for _, q := range t.conf.Requests(t.terms.base) {
		if q.Snippet == "" && files(q.Grant) && t.answered(q) {
			out = out.With(q.Grant)
		}
	}
	return out
}

// names lists the places of a set.
func names(set permit.Set) string {
	var b strings.Builder
	for _, g := range set {
		b.WriteString(g.Place.Path + "\x00" + g.Place.Identity() + "\x00")
	}
	return b.String()
}

// asksForFiles reports whether an answer may give the deck itself more files.
func (t *Talk) asksForFiles() bool {
	_, open := t.terms.wants(t.conf)
	return slices.ContainsFunc(open, func(q permit.Request) bool {
		return q.Snippet == "" && (q.Kind == permit.Read || q.Kind == permit.Write)
	})
}

// recall applies the user's earlier answer to exactly these requests, and reports whether there is
// one.
func (t *Talk) recall(say func(msg, hint string)) bool {
	asked, open := t.terms.wants(t.conf)
	store, err := permit.UserStore()
	if err != nil {
		say(err.Error(), "")
		return false
	}
	if !t.remembered(store, asked, open, say) {
		return false
	}
	t.answer(open, true)
	return true
}

func (t *Talk) answer(requests []permit.Request, granted bool) {
	for _, q := range requests {
		t.o.answers[t.asks(q)] = granted
	}
}

// remembered reports whether the user allowed exactly these requests before, with or without those
// that flags grant anyway.
func (t *Talk) remembered(store permit.Store, asked, open []permit.Request, say func(msg, hint string)) bool {
	for _, requests := range [][]permit.Request{asked, open} {
		ok, replaced, err := store.Allows(t.At.File, requests)
		if err != nil {
			say(err.Error()+"; `slidexec permissions revoke --all` starts over", "")
			return false
		}
		if ok {
			return true
		}
		for _, q := range replaced {
			say(fmt.Sprintf("note: %s was replaced after you granted %s", text.Name(q.Place.Path), text.Name(q.String())), "")
		}
		if len(replaced) > 0 {
			return false
		}
	}
	return false
}

// settle gets the user's answer to the deck's requests. If the answer gives the deck other files,
// settle parses the deck again.
func (t *Talk) settle(ctx context.Context) error {
	_, open := t.terms.wants(t.conf)
	if len(open) == 0 {
		return nil
	}
	granted, err := t.decide(ctx, open)
	if err != nil {
		return err
	}
	t.answer(open, granted)
	if err := t.reparse(); err != nil {
		return err
	}
	t.notice(func(q permit.Request) bool { // only requests that came with these files
		_, known := t.o.answers[t.asks(q)]
		return known
	})
	return nil
}

func (t *Talk) decide(ctx context.Context, open []permit.Request) (bool, error) {
	o, name := t.o, text.Name(t.At.Name)
	if t.recall(o.say) {
		o.say(fmt.Sprintf("%s has the permissions that you granted before: %s", name, list(open)), "")
		return true, nil
	}
	if len(open) > permit.MaxRequests {
		o.say(fmt.Sprintf("note: %s requests %d permissions, too many to read; not granted", name, len(open)),
			fmt.Sprintf("slidexec.yaml may request at most %d permissions and higher limits", permit.MaxRequests))
		return false, nil
	}
	if o.Ask == nil {
		o.say(fmt.Sprintf("note: %s requests %s; not granted", name, list(open)),
			permit.Flags(open)+" grants this to every program of the deck")
		return false, nil
	}
	said, err := o.Ask(ctx, Question{t.At, t.conf.Source, open})
	if err != nil {
		return false, err
	}
	if said == Always {
		store, err := permit.UserStore()
		if err == nil {
			err = store.Remember(t.At.File, open, time.Now())
		}
		if err != nil {
			o.say(fmt.Sprintf("granted for this time only, because slidexec could not remember it: %v", err), "")
		}
	}
	return said == Once || said == Always, nil
}

// notice adds the requests that are not granted to the deck's diagnostics, except those that are
// reported elsewhere.
func (t *Talk) notice(told func(permit.Request) bool) {
	_, open := t.terms.wants(t.conf)
	for _, q := range open {
		if told(q) {
			continue
		}
		t.Deck.Diags = append(t.Deck.Diags, slides.Diag{
			Pos: q.At.Pos, Len: q.At.End - q.At.Off, Severity: slides.Warning,
			Msg:  fmt.Sprintf("programs may not %s: you did not grant this", q.Describe()),
			Hint: "start slidexec again to be asked, or add " + permit.Flags([]permit.Request{q}),
		})
	}
}

// Requests returns the deck's requests beyond the default, and whether the user granted all of them
// for good.
func (t *Talk) Requests() (asked []permit.Request, granted bool) {
	asked = t.conf.Requests(config.Base{Limits: run.ProgramLimits(), Nested: run.DefaultNested})
	store, err := permit.UserStore()
	return asked, err == nil && t.remembered(store, asked, asked, t.o.say)
}

// flagged finds the places of the flags' grants. A path is followed only once during a run of
// slidexec: a program that may write there could make it lead elsewhere.
func (o *opener) flagged(folder permit.Folder, dir string) (permit.Set, error) {
	var out permit.Set
	for _, g := range o.Allow {
		key := [2]string{dir, g.String()}
		found, ok := o.flags[key]
		if !ok {
			var err error
			if found, err = folder.Resolve(g); err != nil {
				return nil, &FlagError{err}
			}
			if o.flags == nil {
				o.flags = map[[2]string]permit.Grant{}
			}
			o.flags[key] = found
		}
		out = append(out, found)
	}
	return permit.Set{}.With(out...), nil
}

// FlagError says that a flag's grant is not possible.
type FlagError struct{ err error }

func (e *FlagError) Error() string { return "--allow: " + e.err.Error() }
func (e *FlagError) Unwrap() error { return e.err }

// newRunner makes a runner and reports its warnings to the user.
func (o *Options) newRunner(with run.Options) (*run.Runner, error) {
	if with.NoSandbox {
		o.say("warning: --no-sandbox: the programs on these slides can do everything that you can do", "")
	}
	for _, g := range with.Allow.Of(permit.Env) {
		if _, ok := os.LookupEnv(g.Arg); !ok {
			o.say(fmt.Sprintf("note: the variable %s is not set, so no program gets it", g.Arg), "")
		}
	}
	if o.Output != "" {
		with.Ignore = []string{o.Output}
	}
	return run.New(with)
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
	if n := len(out) - 1; n > 0 {
		return strings.Join(out[:n], ", ") + " and " + out[n]
	}
	return strings.Join(out, "")
}
