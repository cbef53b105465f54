//go:build browser

package server

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// shown is the deck of the pictures in docs/presenting.md.
func shown() *render.View {
	s := snippet("pid_namespace", "rust", `println!("outside: pid {} uid {}", getpid(), getuid());
become_root()?;
unshare(CloneFlags::CLONE_NEWPID)?;
match unsafe { fork() }? {
    ForkResult::Parent { child } => { waitpid(child, None)?; }
    ForkResult::Child => {
        println!("inside:  pid {} uid {}", getpid(), getuid());
    }
}
`)
	talk := titled("Alone with its process table", &slides.Columns{Ratios: []int{3, 2}, Cols: [][]slides.Block{{listing(s)}, {placed(s)}}},
		para("A child of the new namespace is its first process."))
	talk.Notes = []slides.Note{{Text: "Ask: which PID will it print?"}, {Text: "unshare moves our children, not us. That is why we fork."}}
	d := &slides.Deck{Slides: []*slides.Slide{titled("Containers without root"), talk, titled("A file system of its own", para("pivot_root needs a mount."))}}
	d.Meta.Title = []slides.Line{{&slides.Text{Text: "Containers without root"}}}
	return view(d, slides.Results{s.Key: printed("outside: pid 2 uid 1000\ninside:  pid 1 uid 0\n", 4*time.Millisecond)})
}

// TestPictures takes the pictures of docs/presenting.md:
//
//	go test -tags browser ./render/html/server -run TestPictures -shots "$PWD/docs/pictures"
func TestPictures(t *testing.T) {
	if *browser.Shots == "" {
		t.Skip("no -shots")
	}
	ctx := browser.Start(t)
	s, _ := with(t, shown())
	hall, phone := device(t, ctx, s, "/", 1120, 630), visitor(t, ctx, s, remote, 390, 760)
	phone.Scheme("dark")
	for _, tb := range []*tab{hall, phone} {
		tb.Do(browser.JS(`deck.go(1, 0)`))
		tb.Settled()
	}
	phone.Do(browser.JS(`live.stage({planned: 1800000, elapsed: 95000})`))
	phone.Until(`document.querySelector("#spent").textContent === "1:35"`)
	hall.Do(chromedp.Evaluate[chromedp.Void](`document.activeElement?.blur()`))
	hall.Shoot("slide.png")
	phone.Shoot("remote.png")
}
