// Package remote lets another process on this machine take part in a running talk: the speaker's view in
// a second terminal. The process with the talk is the host; it listens on a socket that only its user
// can reach. A Guest finds the host by the deck, gets the deck, the results of its programs and the
// stage, and moves the talk, runs and stops programs.
//
// The deck goes to the guest as text, not as a name: the guest parses the same bytes as the host, so
// both have the same slides with the same numbers, whatever was saved meanwhile, and the guest needs
// none of the host's permissions.
package remote

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// Messages and requests are JSON, one a line. The host speaks first: a Welcome, the deck, the results,
// the stage; then whatever changes. The guest sends requests at any time, and gets no answer but the
// changes. Either may close the connection at any time.

// Protocol is the version of messages and requests. Both sides have to have the same.
const Protocol = 2

// Message is what a host says. One of its fields is set.
type Message struct {
	Welcome *Welcome       `json:"welcome,omitempty"`
	Loaded  *Loaded        `json:"loaded,omitempty"`
	Ran     *slides.Ran    `json:"ran,omitempty"`
	Broken  []string       `json:"broken,omitempty"` // why the deck on disk cannot be shown
	Stage   *stage.Message `json:"stage,omitempty"`
}

// Welcome says which talk this is.
type Welcome struct {
	Protocol int       `json:"protocol"`
	Deck     string    `json:"deck"` // as the host calls it
	Process  int       `json:"process"`
	Since    time.Time `json:"since"`
}

// Loaded has a deck. Version is the one in which slides of the stage count.
type Loaded struct {
	Version int            `json:"version"`
	Files   []File         `json:"files"`   // the deck itself first
	Options slides.Options `json:"options"` // of the deck
}

// File is one file of a deck. Pictures come without their content.
type File struct {
	Name string `json:"name"`
	Path string `json:"path"`
	Src  []byte `json:"src"`
}

// Request is what a guest asks for. A missing field asks for nothing.
type Request struct {
	Stage *stage.Change `json:"stage,omitempty"`
	Run   []slides.Key  `json:"run,omitempty"`
	Stop  []slides.Key  `json:"stop,omitempty"`
}

// Bounds of a connection.
const (
	maxMessage = 256 << 20        // bytes; a deck with all its files has fewer
	maxRequest = 64 << 10         // bytes
	patience   = 10 * time.Second // for the other side to read a message
)

// peer is one side of a connection.
type peer struct {
	conn net.Conn
	in   *bufio.Reader
	most int // bytes of a line
}

func newPeer(c net.Conn, most int) *peer { return &peer{c, bufio.NewReaderSize(c, 64<<10), most} }

// send writes one line.
func (p *peer) send(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("remote: %T: %v", v, err))
	}
	if err := p.conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, err = p.conn.Write(append(data, '\n'))
	return err
}

var errLong = errors.New("the other side sent a line that is too long")

// receive reads one line into v.
func (p *peer) receive(v any) error {
	var line []byte
	for {
		part, err := p.in.ReadSlice('\n')
		if len(line)+len(part) > p.most {
			return errLong
		}
		line = append(line, part...)
		if err == nil {
			return json.Unmarshal(line, v)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}
