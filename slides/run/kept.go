package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/run/store"
)

// open finds a place for what is kept. Where there is none, it is kept until Close.
func (r *Runner) open() error {
	dir, err := r.o.CacheDir, error(nil)
	if dir == "" {
		dir, err = store.DefaultDir()
	}
	if err == nil {
		r.store, err = store.Open(dir)
	}
	if err == nil {
		err = r.openDomain()
	}
	if err == nil {
		return nil
	}
	under := ""
	if e, ok := errors.AsType[*store.ReadOnlyError](err); ok {
		under = e.Dir
	}
	r.warn("results are not kept: " + err.Error())
	if r.store != nil {
		_ = r.store.Close()
	}
	if r.store, err = store.OpenTemp(under); err != nil {
		return err
	}
	return r.openDomain()
}

// openDomain opens what is kept of decks in this folder. What is not to be looked up is not found in
// a domain that is new.
func (r *Runner) openDomain() error {
	id := store.Identity{Name: r.o.Content}
	if r.o.Dir != "" {
		found, err := store.Identify(r.o.Dir)
		if err != nil {
			found = store.Identity{} // programs do not see it either: openFolder says why
		}
		id = found
	}
	if r.domainID = id.ID(); r.o.NoCache {
		id = store.Identity{}
	}
	var err error
	r.domain, err = r.store.Domain(context.Background(), id, r.o.Deck)
	return err
}

// entry is a stored result.
type entry struct {
	Key     string
	Status  slides.Status
	Phase   string
	Exit    int           `json:",omitempty"`
	Signal  string        `json:",omitempty"`
	Reason  string        `json:",omitempty"`
	Hint    string        `json:",omitempty"`
	Elapsed time.Duration `json:",omitempty"`
	Built   time.Duration `json:",omitempty"`
	Layers  []string      `json:",omitempty"`
	Missing []string      `json:",omitempty"`
	Skip    int           `json:",omitempty"` // see relocator
	Log     []chunk
}

// result returns the entry as a result without output.
func (e entry) result() slides.Result {
	return slides.Result{
		State: slides.Done, Status: e.Status, Phase: e.Phase, Exit: e.Exit, Signal: e.Signal, Reason: e.Reason,
		Hint: e.Hint, Elapsed: e.Elapsed, Built: e.Built, Layers: e.Layers, Missing: e.Missing, Origin: slides.Cached,
	}
}

// makeEntry is the other way around.
func makeEntry(key string, r slides.Result, skip int, raw []chunk) entry {
	return entry{
		Key: key, Status: r.Status, Phase: r.Phase, Exit: r.Exit, Signal: r.Signal, Reason: r.Reason, Hint: r.Hint,
		Elapsed: r.Elapsed, Built: r.Built, Layers: r.Layers, Missing: r.Missing, Skip: skip, Log: raw,
	}
}

// kept returns the result that is stored under a key, if there is one.
func (r *Runner) kept(key string) (entry, bool) {
	var e entry
	body, ok := r.domain.Result(key)
	if !ok || json.Unmarshal(body, &e) != nil || e.Key != key {
		return entry{}, false
	}
	return e, true
}

// keep stores a result.
func (r *Runner) keep(e entry) error {
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode result: %w", err)
	}
	return r.domain.PutResult(e.Key, body)
}
