package stage

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestLook: screens are told how the slide looks; what was zoomed and scrolled ends when the talk moves on.
func TestLook(t *testing.T) {
	var s Shared
	d := deck(1, 2, 1)
	look := func() string {
		l := s.Message(time.Now()).Look
		zoom := "-"
		if l.Zoom != nil {
			zoom = fmt.Sprint(*l.Zoom)
		}
		return fmt.Sprint(l.Spot, " ", zoom, " ", l.Scroll, " ", l.Tone)
	}
	for _, tt := range []struct{ change, want string }{
		{`{"slide":1}`, "false - [] "},
		{`{"spot":true,"tone":"dark"}`, "true - [] dark"},
		{`{"zoom":[0.5,0.25,2]}`, "true [0.5 0.25 2] [] dark"},
		{`{"scroll":[[-1,0.5],[0,12],[3,-1]]}`, "true [0.5 0.25 2] [[-1 0.5] [0 12] [3 -1]] dark"},
		{`{"pointer":[0,0]}`, "true [0.5 0.25 2] [[-1 0.5] [0 12] [3 -1]] dark"},
		{`{"step":0,"slide":1}`, "true [0.5 0.25 2] [[-1 0.5] [0 12] [3 -1]] dark"}, // it is there
		{`{"step":1}`, "true [0.5 0.25 2] [] dark"},
		{`{"scroll":[[0,1]]}`, "true [0.5 0.25 2] [[0 1]] dark"},
		{`{"slide":2,"scroll":[[1,4]]}`, "true - [[1 4]] dark"},
		{`{"zoom":[1,1,8]}`, "true [1 1 8] [[1 4]] dark"},
		{`{"zoom":null,"tone":"","spot":false,"scroll":[]}`, "false - [] "},
	} {
		if err := s.Merge([]byte(tt.change), d, time.Now()); err != nil {
			t.Fatalf("%s: %v", tt.change, err)
		}
		if got := look(); got != tt.want {
			t.Errorf("%s makes it %s, want %s", tt.change, got, tt.want)
		}
	}
	before := look()
	for _, bad := range []string{
		`{"zoom":[0.5,0.5,9]}`, `{"zoom":[0.5,0.5,0.5]}`, `{"zoom":[1.5,0.5,2]}`, `{"zoom":"x"}`, `{"tone":"pink"}`, `{"tone":1}`, `{"spot":"x"}`,
		`{"scroll":[[0.5,1]]}`, `{"scroll":[[-2,1]]}`, `{"scroll":[[0,-2]]}`, `{"scroll":[[0,1e9]]}`, `{"scroll":[[1,1],[0,1]]}`, `{"scroll":{}}`,
		`{"scroll":[` + strings.TrimSuffix(strings.Repeat("[0,0],", manyScrolled+1), ",") + `]}`,
	} {
		if err := s.Merge([]byte(bad), d, time.Now()); err == nil || look() != before {
			t.Errorf("%s: %v, and it is %s", bad, err, look())
		}
	}
}

// TestBlind: a front end that cannot show a pointer or a drawing has no news of it, others have.
func TestBlind(t *testing.T) {
	var h Hall
	one, other, blind := h.Join(), h.Join(), h.Join()
	blind.Blind()
	for _, s := range []*Seat{one, other, blind} {
		s.Load(titled("ab"), 1, nil)
	}
	news := func(what string, want bool) {
		t.Helper()
		<-other.News()
		if got := len(blind.News()) > 0; got != want {
			t.Errorf("news of %s: %t, want %t", what, got, want)
		}
	}
	for what, message := range map[string]string{"the pointer": `{"pointer":[0,0]}`, "light": `{"spot":true,"by":"x"}`, "a look": `{"zoom":[0,0,2],"scroll":[[0,1]],"tone":"dark"}`} {
		if err := one.Merge([]byte(message), time.Now()); err != nil {
			t.Fatal(err)
		}
		news(what, false)
	}
	if err := one.Draw(line(1, "a", 0, 1)); err != nil || blind.Drawn(0) == nil {
		t.Error(err)
	}
	news("a drawing", false)
	if err := one.Merge([]byte(`{"pointer":[0,0],"slide":1}`), time.Now()); err != nil {
		t.Fatal(err)
	}
	news("a move", true)
}
