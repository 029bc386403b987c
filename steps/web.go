package steps

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

func (w *World) webSteps(sc registrar) {
	step(sc, `a web server that has the data {string}`, w.serveData)
	step(sc, `a web server that has nothing`, w.serveNothing)
	step(sc, `{who} imports? the image {string} from that web server`, w.importFromWeb)
	step(sc, `{who} imports? the image {string} from that web server into the stores {string}`, w.importFromWebInto)
	step(sc, `{who} imports? the image {string} from the address {string}`, w.importFromAddress)
}

// serveData is
//
//	Given a web server that has the data "hello"
//
// on this machine, until the scenario ends. A cloud reaches it that runs here and may fetch from 127.0.0.1, which is what
// the tag @config:web_download_from_here asks for.
func (w *World) serveData(ctx context.Context, data string) error {
	return w.serve(ctx, func(rw http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(rw, data) // who does not want it all goes away
	})
}

// serveNothing is
//
//	Given a web server that has nothing
//
// so that it answers everything with 404.
func (w *World) serveNothing(ctx context.Context) error {
	return w.serve(ctx, http.NotFound)
}

func (w *World) serve(ctx context.Context, handle http.HandlerFunc) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handle, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }() // until it is closed
	w.servers = append(w.servers, server)
	w.web = "http://" + listener.Addr().String() + "/golden.img"
	return nil
}

// closeServers ends the web servers of the scenario.
func (w *World) closeServers() {
	for _, server := range w.servers {
		_ = server.Close() // nothing is left to be said by it
	}
	w.servers = nil
}

// importFromWeb is
//
//	When I import the image "golden" from that web server
func (w *World) importFromWeb(ctx context.Context, who, name string) error {
	return w.importFromAddress(ctx, who, name, w.web)
}

// importFromWebInto is
//
//	When I import the image "golden" from that web server into the stores "cheap, reliable"
func (w *World) importFromWebInto(ctx context.Context, who, name, stores string) error {
	return w.postImport(ctx, act(who), name, "", map[string]any{"method": webDownload(w.web), "stores": words(stores)})
}

// importFromAddress is
//
//	When I try to import the image "golden" from the address "gopher://127.0.0.1/x"
func (w *World) importFromAddress(ctx context.Context, who, name, address string) error {
	return w.postImport(ctx, act(who), name, "", map[string]any{"method": webDownload(strings.TrimSpace(address))})
}

func webDownload(address string) map[string]string {
	return map[string]string{"name": "web-download", "uri": address}
}
