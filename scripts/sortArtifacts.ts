import type { HardhatPlugin } from "hardhat/types/plugins";

/**
 * Hands the bindings' generator the artifacts in the order of their paths. Hardhat's own order follows the compilation,
 * and the committed typechain-types would change with it.
 */
export const sortArtifacts: HardhatPlugin = {
  id: "common-seal-sort-artifacts",
  hookHandlers: {
    solidity: () =>
      Promise.resolve({
        default: () =>
          Promise.resolve({
            processArtifactsAfterSuccessfulBuild: (_context, artifactPaths: string[]) => {
              artifactPaths.sort();
              return Promise.resolve();
            },
          }),
      }),
  },
};
