package keystone

import (
	"net/http"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// userTokensRevoke serves DELETE /v3/users/{user_id}/tokens: all of a user's tokens end, at the wish of the user or of who
// administers. The contract has it, releases before Gazpacho have no such path.
func (s *Service) userTokensRevoke(c *httpapi.Call) (httpapi.Reply, error) {
	if !s.release.AtLeast(release.Gazpacho) {
		return notFoundPage(), nil
	}
	user := c.Var("user_id")
	if c.Auth == nil {
		return httpapi.Reply{}, errNotAllowed
	}
	if err := enforceRule(c, "identity:revoke_token", map[string]any{"target.token.user_id": user}); err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusNoContent}, s.db.Update(func(tx *state.Tx) error {
		if !s.users.Has(tx, user) {
			return fail.Missing("user", user)
		}
		s.revoke(tx, revokedUser, user)
		return nil
	})
}
