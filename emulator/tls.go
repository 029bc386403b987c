package emulator

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
)

// WithTLS serves the cloud's sockets over TLS. The package ca makes a configuration that clients can trust. Default: plain
// HTTP.
func WithTLS(config *tls.Config) Option {
	return func(s *settings) error {
		if config == nil || config.GetCertificate == nil && len(config.Certificates) == 0 {
			return errors.New("WithTLS: want a configuration with certificates")
		}
		s.tls = config
		return nil
	}
}

func (s *settings) scheme() string {
	if s.tls == nil {
		return "http"
	}
	return "https"
}

// serveOn answers on the listener until the server closes. Over TLS, plain HTTP gets an answer that says so.
func serveOn(server *http.Server, l net.Listener) error {
	if server.TLSConfig == nil {
		return server.Serve(l)
	}
	server.TLSConfig = server.TLSConfig.Clone() // which ServeTLS adds to
	return server.ServeTLS(l, "", "")
}
