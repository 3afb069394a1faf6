/**
 * What is wrong and what to do, for the errors of OpenZeppelin's contracts that can reach a user of ours. Their sources
 * have no such texts. `npm run errors` fails where one of our contracts can throw an error that is not here.
 */
export const openZeppelinErrors: Record<string, { abi: string; notice: string; fix: string }[]> = {
  Pauses: [
    {
      abi: "error EnforcedPause()",
      notice: "Listings and purchases are stopped by the platform at present.",
      fix: "Try again later; what is due can be delivered, settled, refunded and withdrawn all the while.",
    },
    {
      abi: "error ExpectedPause()",
      notice: "Nothing is stopped at present.",
      fix: "Nothing is left to do.",
    },
  ],
  "Access rights": [
    {
      abi: "error AccessManagedUnauthorized(address caller)",
      notice: "The account does not hold the role that this act needs.",
      fix: "Send from an account with the role, or have the platform's administrator grant it.",
    },
    {
      abi: "error AccessManagedRequiredDelay(address caller, uint32 delay)",
      notice: "The account may do this act only after a delay.",
      fix: "Schedule the act in the AccessManager, wait for the delay, then execute it.",
    },
    {
      abi: "error AccessManagedInvalidAuthority(address authority)",
      notice: "The new authority has no code.",
      fix: "Name the address of an AccessManager on this network.",
    },
    {
      abi: "error AccessManagerAlreadyScheduled(bytes32 operationId)",
      notice: "The same act is scheduled already.",
      fix: "Execute or cancel the scheduled one first.",
    },
    {
      abi: "error AccessManagerNotScheduled(bytes32 operationId)",
      notice: "The act was not scheduled, or it was executed or cancelled since.",
      fix: "Schedule it and wait for its delay.",
    },
    {
      abi: "error AccessManagerNotReady(bytes32 operationId)",
      notice: "The delay of the scheduled act is still running.",
      fix: "Execute it after the time that the AccessManager's getSchedule gives.",
    },
    {
      abi: "error AccessManagerExpired(bytes32 operationId)",
      notice: "The scheduled act was not executed within a week after its delay.",
      fix: "Schedule it again.",
    },
    {
      abi: "error AccessManagerBadConfirmation()",
      notice: "A role can be given up only by the account that holds it.",
      fix: "Pass the sending account as the confirmation.",
    },
    {
      abi: "error AccessManagerInvalidInitialAdmin(address initialAdmin)",
      notice: "An AccessManager needs an administrator from the start.",
      fix: "Deploy with the administrator's address, not with the zero address.",
    },
    {
      abi: "error AccessManagerLockedRole(uint64 roleId)",
      notice: "This role is fixed: it cannot be labelled, guarded or granted in this way.",
      fix: "Use a role between the administrator's and the public one.",
    },
    {
      abi: "error AccessManagerLockedFunction(bytes4 selector)",
      notice: "This function of an authority cannot be put under another role.",
      fix: "Leave it with the administrator.",
    },
    {
      abi: "error AccessManagerUnauthorizedAccount(address msgsender, uint64 roleId)",
      notice: "The account does not hold the role that this act of administration needs.",
      fix: "Send from an account with that role, or have its administrator grant it.",
    },
    {
      abi: "error AccessManagerUnauthorizedCall(address caller, address target, bytes4 selector)",
      notice: "The account may not call or schedule this function of this contract.",
      fix: "Send from an account with the function's role.",
    },
    {
      abi: "error AccessManagerUnauthorizedCancel(address msgsender, address caller, address target, bytes4 selector)",
      notice: "The account may not cancel this scheduled act.",
      fix: "Send from the account that scheduled it, or from a guardian or administrator of its role.",
    },
    {
      abi: "error AccessManagerUnauthorizedConsume(address target)",
      notice: "Only the contract that an act was scheduled for can use the schedule up.",
      fix: "Call the scheduled function itself.",
    },
  ],
  Tokens: [
    {
      abi: "error SafeERC20FailedOperation(address token)",
      notice: "The token refused the transfer, or answered that it failed.",
      fix: "Check the balance, the allowance and the token's own rules.",
    },
    {
      abi: "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
      notice: "The account holds fewer tokens than the transfer needs.",
      fix: "Get the missing tokens first, or use a smaller amount.",
    },
    {
      abi: "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
      notice: "The spender was allowed fewer tokens than it would move.",
      fix: "Approve the spender for the amount, or pay in with a permit.",
    },
    {
      abi: "error ERC20InvalidSender(address sender)",
      notice: "The token does not transfer from this address.",
      fix: "Use an account other than the zero address.",
    },
    {
      abi: "error ERC20InvalidReceiver(address receiver)",
      notice: "The token does not transfer to this address.",
      fix: "Name a receiver other than the zero address.",
    },
    {
      abi: "error ERC20InvalidApprover(address approver)",
      notice: "The token takes no approval from this address.",
      fix: "Use an account other than the zero address.",
    },
    {
      abi: "error ERC20InvalidSpender(address spender)",
      notice: "The token takes no approval for this address.",
      fix: "Name a spender other than the zero address.",
    },
    {
      abi: "error ERC2612ExpiredSignature(uint256 deadline)",
      notice: "The permit's deadline has passed.",
      fix: "Sign a new permit with a later deadline.",
    },
    {
      abi: "error ERC2612InvalidSigner(address signer, address owner)",
      notice: "The permit was not signed by the tokens' owner, or for other values.",
      fix: "Sign the permit with the owner's key, for this chain, token, spender, amount and nonce.",
    },
  ],
  General: [
    {
      abi: "error ReentrancyGuardReentrantCall()",
      notice: "A token tried to call back into the contract in the middle of an act.",
      fix: "Use a token that does not do this.",
    },
    {
      abi: "error CheckpointUnorderedInsertion()",
      notice: "An entry of a history would be older than the last one.",
      fix: "Check the node's clock: blocks may not go back in time.",
    },
    {
      abi: "error SafeCastOverflowedUintDowncast(uint8 bits, uint256 value)",
      notice: "The number does not fit the field that it is kept in.",
      fix: "Use a smaller number.",
    },
    {
      abi: "error FailedCall()",
      notice: "A call made by the contract failed without giving a reason.",
      fix: "Make the inner call by itself to see what it refuses.",
    },
    {
      abi: "error AddressEmptyCode(address target)",
      notice: "There is no contract at the address that was to be called.",
      fix: "Check the address and the network.",
    },
    {
      abi: "error InsufficientBalance(uint256 balance, uint256 needed)",
      notice: "The contract holds less of the chain's currency than it was to send.",
      fix: "Send the amount along with the call.",
    },
    {
      abi: "error InvalidShortString()",
      notice: "A text kept in one word is broken.",
      fix: "This cannot happen with the contracts as they are deployed; check the address and the network.",
    },
    {
      abi: "error StringTooLong(string str)",
      notice: "A text does not fit into one word.",
      fix: "Deploy with a shorter name.",
    },
  ],
};
