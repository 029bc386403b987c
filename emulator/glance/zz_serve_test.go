package glance_test

import (
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

func TestZZServe(t *testing.T) {
	if os.Getenv("ZZ") == "" {
		t.Skip()
	}
	cfg := empty()
	c := newCloud(t, cfg, release.Zed)
	srv := &http.Server{Addr: "127.0.0.1:19292", Handler: c.front.At("/image")}
	go srv.ListenAndServe()
	time.Sleep(20 * time.Minute)
}
