package picture

import (
	"container/list"
	"hash/maphash"
	"os"
	"slices"
	"sync"

	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// Style is how pictures are drawn.
type Style struct {
	Protocol Protocol
	Colours  int        // of the terminal
	Cell     [2]int     // width and height of a cell in pixels; zero: 8×16
	Ground   ansi.Color // 24 bits: what lies behind a picture
	Still    bool       // animations show their first frame

	// Wrap puts a sequence into the form in which a multiplexer passes it on. Nil: there is none.
	Wrap func(string) string
}

// style is a Style with what drawing needs.
type style struct {
	Style
	id func() uint32
}

func (s *style) wrap(sequence string) string {
	if s.Wrap == nil {
		return sequence
	}
	return s.Wrap(sequence)
}

// Source is a picture: a file of a deck, or else what a program printed.
type Source struct {
	File  *slides.File
	Data  []byte
	Paper bool // it is drawn in dark ink, and shown on white paper
}

// Store draws pictures and keeps them. Its methods return at once: what is not there yet is made in a
// goroutine, one picture after the other, and News says when. The methods are for one goroutine.
type Store struct {
	News   chan struct{} // something was made; has room for one
	Vector Vector        // draws SVG; nil: nothing does. It is set before the first picture is asked for

	mu      sync.Mutex
	style   style
	kept    map[any]*list.Element // of *item
	order   list.List             // the last used first
	bytes   int
	queue   []job
	doing   any // the key of the job that is being done
	working bool
	styles  int    // how many there have been
	first   uint32 // number of our pictures
	last    uint32 // how many numbers there have been
	draws   uint64
}

// maxKept is the limit on what a Store keeps, in bytes. The last thing that was made stays.
const maxKept = 128 << 20

// item is something that a Store knows: a picture's size, its pixels, or a drawing of it.
type item struct {
	key   any
	cost  int
	size  *sized
	image *Image
	drawn *Drawn
}

type (
	sized struct {
		pixels [2]int
		err    error
	}
	sizeKey  struct{ source any }
	imageKey struct{ source any }
	drawnKey struct {
		source any
		Place
	}
	// contents identifies what a program printed.
	contents struct {
		hash  uint64
		bytes int
		paper bool
	}
)

type job struct {
	key    any // of what is to be made
	id     any // of the source
	source Source
	place  Place
	style  style
}

var seed = maphash.MakeSeed()

func (s Source) id() any {
	if s.File != nil {
		return s.File
	}
	return contents{maphash.Bytes(seed, s.Data), len(s.Data), s.Paper}
}

// NewStore returns an empty Store.
func NewStore() *Store {
	s := &Store{News: make(chan struct{}, 1), kept: map[any]*list.Element{}}
	s.first = uint32(os.Getpid()%(1<<24/ownNumbers-1)+1) * ownNumbers // others may show pictures in this terminal, too
	s.style.id = s.number
	return s
}

// Style changes how pictures are drawn. What was drawn in another style is forgotten.
func (s *Store) Style(to Style) {
	if to.Cell[0] <= 0 || to.Cell[1] <= 0 {
		to.Cell = [2]int{8, 16}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.style.Style = to
	s.styles++
	s.queue, s.doing = nil, nil
	for key, e := range s.kept {
		if e.Value.(*item).drawn != nil {
			s.drop(key)
		}
	}
}

// Skip forgets what was asked for and not begun: something else is more urgent now.
func (s *Store) Skip() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = nil
}

// Numbers of pictures are 24 bits, of which a process has so many in a row; or one of the colours that are not a
// theme's, where a cell can say no more.
const (
	ownNumbers = 1 << 12
	fewFirst   = 17
	fewNumbers = 200
)

// Numbers returns the range of the numbers of our pictures. If it is not alone ours, other processes that show pictures
// in the same terminal have it as well.
func (s *Store) Numbers() (first, last uint32, alone bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.numbers()
}

func (s *Store) numbers() (first, last uint32, alone bool) {
	if s.style.Colours < 1<<24 {
		return fewFirst, fewFirst + fewNumbers - 1, false
	}
	return s.first, s.first + ownNumbers - 1, true
}

// number returns the number of another picture.
func (s *Store) number() uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	first, last, _ := s.numbers()
	return first + s.last%(last-first+1)
}

// Size returns the size of a picture in pixels. If known is false, it will come. The error says why the
// picture cannot be shown.
func (s *Store) Size(src Source) (pixels [2]int, known bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := src.id()
	if it := s.use(sizeKey{id}); it != nil {
		return it.size.pixels, true, it.size.err
	}
	s.ask(job{key: sizeKey{id}, id: id, source: src})
	return pixels, false, nil
}

// Drawn returns a picture for a place, or nil if it is not drawn yet or cannot be: Size says why.
func (s *Store) Drawn(src Source, p Place) *Drawn {
	if p.Cols <= 0 || p.Rows <= 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.style.Protocol.InCells() {
		p.From, p.To = 0, p.Rows
	}
	id := src.id()
	if it := s.use(drawnKey{id, p}); it != nil {
		return it.drawn
	}
	s.ask(job{key: drawnKey{id, p}, id: id, source: src, place: p})
	return nil
}

// use returns what is known under a key, or nil.
func (s *Store) use(key any) *item {
	e := s.kept[key]
	if e == nil {
		return nil
	}
	s.order.MoveToFront(e)
	return e.Value.(*item)
}

// ask puts a job into the queue, if it is not there, and sees to it that somebody works.
func (s *Store) ask(j job) {
	if s.doing == j.key || slices.ContainsFunc(s.queue, func(q job) bool { return q.key == j.key }) {
		return
	}
	j.style = s.style
	s.queue = append(s.queue, j)
	if !s.working {
		s.working = true
		go s.work()
	}
}

// work does the jobs that are waiting.
func (s *Store) work() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) > 0 {
		j, style := s.queue[0], s.styles
		s.queue, s.doing = s.queue[1:], j.key
		s.mu.Unlock()
		made := s.make(j)
		s.mu.Lock()
		s.doing = nil
		if style == s.styles || made.drawn == nil {
			s.keep(made)
		}
		select {
		case s.News <- struct{}{}:
		default:
		}
	}
	s.working = false
}

// make does one job. Only the worker calls it, so no two pictures are decoded at once.
func (s *Store) make(j job) *item {
	out := &item{key: j.key, cost: 64}
	if _, ok := j.key.(sizeKey); ok {
		out.size = &sized{}
		out.size.pixels, out.size.err = s.measure(j)
		return out
	}
	m, err := s.image(j)
	if err != nil { // behind a header that promised more: there is an error instead of a size from now on
		s.mu.Lock()
		defer s.mu.Unlock()
		s.keep(&item{key: sizeKey{j.id}, cost: 64, size: &sized{err: err}})
		return out
	}
	out.drawn = j.style.draw(m, j.place)
	out.cost = out.drawn.size()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draws++
	out.drawn.Key = s.draws
	return out
}

// measure returns the size of a picture. Only an SVG has to be drawn for that.
func (s *Store) measure(j job) (pixels [2]int, err error) {
	data, err := j.source.read()
	if err != nil {
		return pixels, err
	}
	if s.Vector != nil && isVector(data) {
		m, err := s.image(j)
		if err != nil {
			return pixels, err
		}
		return [2]int{m.Width, m.Height}, nil
	}
	pixels[0], pixels[1], err = Size(data)
	return pixels, err
}

// image returns the pixels of a picture.
func (s *Store) image(j job) (*Image, error) {
	s.mu.Lock()
	it := s.use(imageKey{j.id})
	s.mu.Unlock()
	if it != nil {
		return it.image, nil
	}
	data, err := j.source.read()
	if err != nil {
		return nil, err
	}
	var m *Image
	if s.Vector != nil && isVector(data) {
		m, err = decodeVector(data, s.Vector)
	} else {
		m, err = Decode(data)
	}
	if err != nil {
		return nil, err
	}
	cost := 0
	for _, f := range m.Frames {
		if j.source.Paper {
			OnPaper(f.NRGBA)
		}
		cost += len(f.Pix)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(&item{key: imageKey{j.id}, cost: cost, image: m})
	return m, nil
}

func (s Source) read() ([]byte, error) {
	if s.File == nil {
		return s.Data, nil
	}
	data, _, err := s.File.Picture()
	return data, err
}

// keep keeps something, and drops what was not used for long.
func (s *Store) keep(it *item) {
	s.drop(it.key)
	s.kept[it.key] = s.order.PushFront(it)
	s.bytes += it.cost
	for s.bytes > maxKept && s.order.Len() > 1 {
		s.drop(s.order.Back().Value.(*item).key)
	}
}

func (s *Store) drop(key any) {
	if e := s.kept[key]; e != nil {
		s.bytes -= e.Value.(*item).cost
		s.order.Remove(e)
		delete(s.kept, key)
	}
}
