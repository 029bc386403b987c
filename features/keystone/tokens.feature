@keystone
Feature: Tokens
  A token says who somebody is and on which project, and carries the catalog of what that project can use. All other
  services take Keystone's word for it.

  @op:keystone.auth.tokens.issue
  Scenario: A token for a project
    When I get a token
    Then the token is for the project "demo"
    And the token has the roles "member, reader"
    And its catalog offers "identity, image, block-storage"

  @op:keystone.auth.tokens.issue
  Scenario: The administrator's token
    When the administrator gets a token
    Then the token has the roles "admin"

  @op:keystone.auth.tokens.issue
  Scenario: A token for no project
    When I get a token for no project
    Then the token is for no project
    And it has no catalog

  @op:keystone.auth.tokens.issue
  Scenario: A wrong password
    When I try to get a token with the password "guess"
    Then it is refused as unauthenticated, saying "The request you have made requires authentication."

  @op:keystone.auth.tokens.issue
  Scenario: An unknown user hears the same
    When I try to get a token as the user "nobody-of-that-name"
    Then it is refused as unauthenticated, saying "The request you have made requires authentication."

  @op:keystone.auth.tokens.issue
  Scenario: Another project's token
    When I try to get a token for the project "admin"
    Then it is refused as unauthenticated

  @op:keystone.auth.tokens.revoke
  Scenario: A revoked token is good for nothing
    Given I get a token
    When I revoke the token
    And the administrator tries to validate the token
    Then it is refused as not found
    When I try to use the token
    Then it is refused as unauthenticated, saying "The request you have made requires authentication."
