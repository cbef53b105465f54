package plot

import (
	"bytes"
	"flag"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/golden"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/rendertest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// backend draws as if the machine had no fonts, so that what tests see does not depend on it.
func testTalk(v *render.View) *talk {
	t := PDF{Now: rendertest.Now}.talk(v)
	t.fonts.system.paths = []string{}
	return t
}

// TestItems: what is on each slide, and where.
func TestItems(t *testing.T) {
	for _, c := range rendertest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			var b bytes.Buffer
			tk := testTalk(c.View)
			for i := range c.View.Deck.Slides {
				z := tk.sized(i)
				fmt.Fprintf(&b, "slide %d: %.3g of the usual size, code %.1f, boxes %.0f and %.0f\n", i+1, z.fit, z.code, z.room, z.list)
				dump(&b, tk.draw(i, z, -1))
			}
			golden.Check(t, *update, filepath.Join("testdata", c.Name+".golden"), b.String())
		})
	}
}

func drawn(t testing.TB, v *render.View, l Layout) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (PDF{Layout: l, Now: rendertest.Now, Date: time.Unix(0, 0)}).Render(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSameBytes: a talk that is drawn again gives the same bytes.
func TestSameBytes(t *testing.T) {
	for i, c := range rendertest.Cases() {
		again := rendertest.Cases()[i]
		for _, l := range []Layout{{}, {Steps: true}, {Notes: true}, {PerPage: 4}} {
			if !bytes.Equal(drawn(t, c.View, l), drawn(t, again.View, l)) {
				t.Errorf("%s, %+v: another file the second time", c.Name, l)
			}
		}
	}
}
