package emulator

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// standardPorts are the ports that deployments give the services, each at the root of its own address.
var standardPorts = map[string]string{IdentityPath: "5000", ImagePath: "9292", BlockStoragePath: "8776", ComputePath: "8774", NetworkPath: "9696"}

// listen opens the sockets that the options ask for.
func (e *Emulator) listen(s *settings) error {
	if s.listen == "" {
		return nil
	}
	e.listening.Do(func() { e.openAt(s.listen) })
	if e.listenErr != nil || !s.standardPorts {
		return e.listenErr
	}
	host, _, err := net.SplitHostPort(s.listen)
	if err != nil {
		return err
	}
	for path, port := range e.StandardPorts() {
		l, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err != nil {
			return fmt.Errorf("standard port of %s: %w", path, err)
		}
		e.serve(l, e.front.At(path))
	}
	return nil
}

func (e *Emulator) openAt(address string) {
	if e.listener, e.listenErr = net.Listen("tcp", address); e.listenErr == nil {
		e.serve(e.listener, e.front)
	}
}

func (e *Emulator) serve(l net.Listener, h http.Handler) {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(e.front.Logger.Handler(), slog.LevelDebug),
		TLSConfig:         e.settings.tls,
	}
	e.servers = append(e.servers, server)
	e.leaves = append(e.leaves, e.queue.Attend())
	e.serving.Go(func() {
		if err := serveOn(server, l); !errors.Is(err, http.ErrServerClosed) {
			e.front.Logger.Error("stopped listening", "address", l.Addr().String(), "error", err)
		}
	})
}

// URL is the cloud's address, such as "http://127.0.0.1:40123". Without WithListen the first call opens a free loopback port;
// it panics when the machine has none left.
func (e *Emulator) URL() string {
	e.listening.Do(func() { e.openAt("127.0.0.1:0") })
	if e.listenErr != nil {
		panic(e.listenErr)
	}
	return e.settings.scheme() + "://" + reachable(e.listener.Addr())
}

// AuthURL is Keystone's address under URL.
func (e *Emulator) AuthURL() string { return e.URL() + IdentityPath + "/v3" }

// reachable is an address that a client on this machine can use where the listener has all of its addresses.
func reachable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return a.String()
	}
	return fmt.Sprintf("127.0.0.1:%d", tcp.Port)
}
