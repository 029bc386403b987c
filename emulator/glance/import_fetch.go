package glance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// What bounds a fetch, besides the greatest image.
const (
	fetchTimeout   = time.Minute
	fetchRedirects = 10
)

// errForbiddenAddress is the failure of a fetch that was led where it may not go.
var errForbiddenAddress = errors.New("glance: the address does not pass the filter of imports")

// fetch opens what lies at an address that a caller gave. Redirections, and what names resolve to, are held against the same
// filter. The size is 0 when the server does not tell.
func (s *Service) fetch(ctx context.Context, address string) (body io.ReadCloser, size int64, err error) {
	filter := s.cfg.ImportFilteringOpts
	if !filter.passes(address) {
		return nil, 0, errForbiddenAddress
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, err
	}
	client := http.Client{
		Timeout: fetchTimeout,
		Transport: &http.Transport{
			DisableKeepAlives: true,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				host, _, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				dialer := net.Dialer{Control: func(_, resolved string, _ syscall.RawConn) error {
					if !filter.reaches(host, resolved) {
						return errForbiddenAddress
					}
					return nil
				}}
				return dialer.DialContext(ctx, network, address)
			},
		},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if len(via) >= fetchRedirects || !filter.passes(next.URL.String()) {
				return errForbiddenAddress
			}
			return nil
		},
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, 0, err
	}
	if answer.StatusCode != http.StatusOK || answer.ContentLength < 0 && !s.release.AtLeast(release.Antelope) {
		_ = answer.Body.Close() // nothing of it is wanted
		if answer.StatusCode == http.StatusNotFound {
			return nil, 0, fmt.Errorf("%w: %s", errLocation, address)
		}
		return nil, 0, fmt.Errorf("glance: %s answered %s", address, answer.Status)
	}
	return answer.Body, max(0, answer.ContentLength), nil
}
